"""The meaning of a policy: an event, its arguments and the state of the system to an answer."""

import os
import socket
from dataclasses import replace
from types import FunctionType

from reference import acts, addresses, names, written
from reference.files import Files
from reference.table import ALLOW, EVENTS, GIVEN_TO_ALL, NETWORK, Malformed, number, operands, refuse, string

from fastaudit import _python_needs as needs

# A denial of the whole right answers before anything is read.
WITHOUT_OPERANDS = ("connect", "listen", "env", "run", "exec", "signal")
TIOCSTI, TIOCLINUX = 0x5412, 0x541C  # they type into a terminal


def policy(keywords):
    """Read a policy: one part for each policy that `&` put together."""
    if "all" in keywords:
        return tuple(part for member in keywords["all"] for part in policy(member))
    if "any" in keywords:
        made = policy(keywords["any"][0])
        for member in keywords["any"][1:]:
            made = either(made, policy(member))
        return made
    return (written.policy(keywords),)


def both(p, q):
    """`p & q`: what both allow."""
    return (*p, *q)


def either(p, q):
    """`p | q`: the grants of both and the denials of both."""
    return tuple(written.either(a, b) for a in p for b in q)


def decide(parts, event, args):
    """The answer: the first of the parts that does not allow gives it."""
    answers = [judge(part, event, args) for part in parts]
    return next((answer for answer in answers if not answer), ALLOW)


def judge(part, event, args):
    row = EVENTS.get(event)
    if row is None:
        return judge_custom(part, event)
    if not row.refusable:
        return ALLOW
    files = Files(part)
    if part.denies.names_event(event) and not lists_import_path(files, row, args):
        return refuse("", "denied")  # the event itself: no right is lacking
    if event_granted(part, row):
        part = part.granting_everything()
        files = Files(part)
    if row.shape == "none":
        return judge_row(part, row)
    if row.right in part.denies.whole and row.right in WITHOUT_OPERANDS:
        return refuse(row.right, "denied")
    try:
        return judge_operands(part, files, row, args)
    except Malformed:
        return refuse(row.right, "malformed")


def judge_custom(part, event):
    """An event of a library: allowed unless it is denied."""
    if part.denies.names_event(event) or "custom" in part.denies.whole:
        return refuse("custom", "denied")
    return ALLOW


def judge_row(part, row):
    """An event that its row alone decides."""
    if row.right == "none":
        return ALLOW
    if row.right in part.denies.whole:
        return refuse(row.right, "denied")
    granted = row.right in part.grants.whole or (row.right in GIVEN_TO_ALL and not row.guard)
    return ALLOW if granted else refuse(row.right, "right-not-granted")


def event_granted(part, row):
    """Whether the event was granted by its name, or by a module that brings it: for all operands, less denials."""
    return part.grants.names_event(row.name) or written.Side(events=tuple(names.brought(part, 1))).names_event(row.name)


def lists_import_path(files, row, args):
    if row.name not in ("os.listdir", "os.scandir"):
        return False
    try:
        (spot,) = acts.READ[row.name](args).spots
    except Malformed:
        return False
    return spot.path is not None and not spot.failed and files.is_import_path(spot.path)


def judge_operands(part, files, row, args):
    if row.name in acts.READ:
        act = acts.READ[row.name](args)
        if row.right == "cwd":
            answer = judge_row(part, row)
            if not answer:
                return answer
        return files.judge(act, row.right)
    return JUDGES[row.shape](part, files, row, args)


def judge_socket(part, _files, row, args):
    _, family, kind, _ = operands(args, 4)
    family, kind = number(family), number(kind)
    if family == socket.AF_UNIX:
        return ALLOW
    whole = judge_row(part, row)
    if whole or "socket" in part.denies.whole:
        return whole
    kind &= ~(socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
    ordinary = family in (socket.AF_INET, socket.AF_INET6) and kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
    network = any(
        right not in part.denies.whole
        and (
            right in part.grants.whole
            or any(word == right and not addresses.is_unix(entry) for word, entry in part.grants.addresses)
        )
        for right in NETWORK
    )
    return ALLOW if ordinary and network else whole


def judge_address(part, _files, row, args):
    if addresses.reaches_everything(part):
        return ALLOW  # whatever the operands are
    if row.name == "syslog.syslog":
        address = addresses.of_unix(b"/dev/log", follow=True)
    else:
        sock, given = operands(args, 2)
        address = addresses.of_socket(sock, given, follow=row.right == "connect")
    answer = addresses.reaches(part, row.right, address)
    here = str(address.ip) == "::1" or address.name == "localhost"
    probe = row.name == "socket.bind" and here and address.port == 0
    return answer._replace(verdict="quiet") if probe and answer.reason.endswith("not-granted") else answer


def judge_look_up(part, _files, row, args):
    if row.shape == "getaddrinfo":
        host = operands(args, 5)[0]
        if host is None:
            return ALLOW
        address = addresses.of_host(host, None)
    elif row.shape == "getnameinfo":
        (sockaddr,) = operands(args, 1)
        address = addresses.of_host(sockaddr[0], None)
    else:
        address = addresses.of_host(operands(args, 1)[0], None)
    answer = addresses.looks_up(part, address, reverse=row.shape in ("reverse", "getnameinfo"))
    quiet = (*needs.QUIET_RESOLVE, os.uname().nodename.lower())
    noise = str(address.ip or address.name) in quiet
    return answer._replace(verdict="quiet") if noise and answer.reason.endswith("not-granted") else answer


def judge_run(part, files, row, args):
    environment = None
    if row.shape == "system":
        argv, programs = [b"sh", b"-c", string(operands(args, 1)[0])], [b"/bin/sh"]
    elif row.shape == "popen":
        # An announcement: the event that follows shows the files and the environment.
        argv, programs = names.strings(operands(args, 4)[1]), None
    else:
        program, argv, environment = operands(args, 3)
        argv, programs = names.strings(argv), [string(program)]
        if environment is not None:
            environment = [string(key) + b"=" + string(value) for key, value in environment.items()]
    if row.shape == "exec":
        # It ends this process, too: a rule of `run` is not enough, though denied commands stay denied.
        return judge_row(part, row) and names.judge_denied(part, argv, programs)
    quiet = [rule for text in needs.QUIET_COMMANDS for rule in written.commands(text, b"/")]
    return names.judge_command(part, argv, programs, environment, quiet=quiet)


def judge_signal(part, _files, row, args):
    pid, which = (number(value) for value in operands(args, 2))
    if "signal" in part.denies.whole:
        return refuse("signal", "denied")
    if "signal" in part.grants.whole:
        return ALLOW
    if row.name == "os.kill" and pid == os.getpid():
        return ALLOW if which == 0 else refuse("signal", "right-not-granted")
    if not any(part.grants.says_anything_of(right) and right not in part.denies.whole for right in ("run", "fork")):
        return refuse("signal", "right-not-granted")
    return refuse("signal", "not-own-child")


def judge_narrow(part, _files, row, args):
    """Events of which only some ask for anything."""
    if row.shape == "ioctl":
        types = number(operands(args, 3)[1]) in (TIOCSTI, TIOCLINUX)
    elif row.shape == "setpgid":
        number(operands(args, 2)[0])
        types = True  # no case has children
    elif row.shape == "prlimit":
        types = operands(args, 3)[2] is not None
    elif row.shape == "callback":
        types = operands(args, 1)[0] is not None
    elif row.shape == "enable":
        types = bool(operands(args, 2)[1])
    else:
        owner, name, _ = operands(args, 3)
        types = isinstance(owner, FunctionType) and string(name) == b"__code__"
    return judge_row(part, row) if types else ALLOW


def judge_library(part, _files, row, args):
    """A library opened by name is never granted by its place."""
    name = operands(args, 1, 2)[-1]
    return names.judge_native(part, None, names.characters(os.path.basename(string(name))), None)


def judge_database(part, files, row, args):
    """SQLite reads, writes and makes the file that it is given."""
    name = operands(args, 1)[0]
    if isinstance(name, (str, bytes)) and string(name) in (b"", b":memory:"):
        return ALLOW
    spot = acts.spot(name)
    asks = frozenset({"read", "modify" if spot.exists else "create"})
    return files.judge(acts.Act((replace(spot, asks=asks),)), row.right)


def judge_names(part, files, row, args):
    if row.shape == "import":
        return names.judge_import(part, files, args)
    return names.judge_env(part, args, 2 if row.name == "os.putenv" else 1)


JUDGES = {
    "socket": judge_socket,
    "address": judge_address,
    "syslog": judge_address,
    "getaddrinfo": judge_look_up,
    "hostname": judge_look_up,
    "reverse": judge_look_up,
    "getnameinfo": judge_look_up,
    "system": judge_run,
    "popen": judge_run,
    "posix_spawn": judge_run,
    "exec": judge_run,
    "kill": judge_signal,
    "import": judge_names,
    "env": judge_names,
    "ioctl": judge_narrow,
    "prlimit": judge_narrow,
    "setpgid": judge_narrow,
    "callback": judge_narrow,
    "enable": judge_narrow,
    "attribute": judge_narrow,
    "dlopen": judge_library,
    "load_extension": judge_library,
    "sqlite": judge_database,
}

__all__ = ["both", "decide", "either", "policy"]
