"""The acts that no_memory.py runs without memory: each arms, acts, disarms, and says what must hold."""

import contextlib
import contextvars
import errno
import io
import os
import socket
import sys
import tempfile
from contextlib import ExitStack

from fastaudit import (
    Deny,
    ImportViolation,
    PermissionViolation,
    Policy,
    Violation,
    current,
    sandbox,
)

HOME = os.path.realpath(tempfile.mkdtemp())
ALLOWED = os.path.join(HOME, "allowed")
OUTSIDE = os.path.join(HOME, "outside")
MARKER = os.path.join(OUTSIDE, "marker")
FORBIDDEN = os.path.join(OUTSIDE, "forbidden")
OPEN = os.path.join(ALLOWED, "file")
os.mkdir(ALLOWED)
os.mkdir(OUTSIDE)
for file in (MARKER, OPEN):
    open(file, "w").close()
NEW = os.path.join(ALLOWED, "new")
LINK, LINK_OUT = os.path.join(ALLOWED, "link"), os.path.join(ALLOWED, "link out")
os.symlink(OPEN, LINK)
os.symlink(MARKER, LINK_OUT)


class Way:
    """A path object."""

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


OwnFile = type("OwnFile", (io.FileIO,), {})
GUEST = Policy(name="guest", read=[ALLOWED], write=[ALLOWED], fork=True)
WIDE = Policy.unrestricted().replace(deny=Deny(read=[OUTSIDE], write=[OUTSIDE]))
manager = sandbox(GUEST)
wide = sandbox(WIDE)


def held():
    try:
        os.close(os.open(MARKER, os.O_RDONLY))
    except Violation:
        return True
    return False


def held_without_memory(disarm, arm):
    disarm()
    answer = held()
    arm()
    return answer


def instances():
    """Count what is alive of the core: boxes, nodes, tokens, managers, violations (each refers to its type)."""
    return sum(map(sys.getrefcount, TYPES))


def run(act, arm, disarm):
    """Run an act; give whether nothing went wrong. Afterwards the host is free, and nothing forbidden is done."""
    quiet = True
    try:
        act(arm, disarm)
    except MemoryError:
        quiet = False
    except (OSError, RuntimeError, SystemError) as error:
        disarm()
        # CPython's words for it where it makes locks and threads, or forgets to say anything.
        words = str(error)
        assert getattr(error, "errno", None) == errno.ENOMEM or "can't" in words or "without" in words, error
        quiet = False
    finally:
        disarm()
    assert not held(), "the host is held"
    assert current() is None
    assert os.listdir(OUTSIDE) == ["marker"], "the guest did it"
    return quiet


def refused(arm, disarm, function, *args, **kwargs):
    """Do inside what is forbidden: it is not done, and inside stays inside."""
    lacked = None
    with manager:
        arm()
        try:
            function(*args, **kwargs)
        except MemoryError as error:
            disarm()
            lacked = error
        except Violation:
            disarm()
        except OSError as error:
            disarm()
            assert error.errno == errno.ENOMEM, error
            lacked = error
        else:
            disarm()
            raise AssertionError("was not refused")
        assert held(), "the guest was released early"
    if lacked is not None:
        raise MemoryError


# ---- events that are refused ----


def refused_open(arm, disarm):
    refused(arm, disarm, open, FORBIDDEN, "w")


def refused_open_by_descriptor(arm, disarm):
    folder = os.open(OUTSIDE, os.O_RDONLY)
    try:
        refused(arm, disarm, os.open, "forbidden", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
    finally:
        os.close(folder)


def refused_rename(arm, disarm):
    refused(arm, disarm, os.rename, OPEN, FORBIDDEN)


def refused_link(arm, disarm):
    refused(arm, disarm, os.symlink, MARKER, FORBIDDEN)


def refused_listing(arm, disarm):
    refused(arm, disarm, os.listdir, OUTSIDE)


def refused_connect(arm, disarm):
    with socket.socket() as a:
        refused(arm, disarm, a.connect, ("127.0.0.1", 9))


def refused_resolve(arm, disarm):
    refused(arm, disarm, socket.getaddrinfo, "plugin.example", 80)


def refused_system(arm, disarm):
    refused(arm, disarm, os.system, "touch " + FORBIDDEN)


def refused_spawn(arm, disarm):
    refused(arm, disarm, os.posix_spawn, "/bin/touch", ["touch", FORBIDDEN], {})


def refused_subprocess(arm, disarm):
    import _posixsubprocess

    names = [b"/bin/touch"]
    environment = [b"A=1"]
    extra = () if sys.version_info >= (3, 14) else (False,)
    arguments = (
        [b"touch", os.fsencode(FORBIDDEN)], names, True, (1,), None, environment, -1, -1, -1, -1, -1, -1, 1, 2,
        False, False, -1, None, None, None, -1, None, *extra,
    )  # fmt: skip
    read, write = os.pipe()
    try:
        refused(arm, disarm, _posixsubprocess.fork_exec, *arguments[:12], read, write, *arguments[14:])
    finally:
        os.close(read)
        os.close(write)


def refused_variable(arm, disarm):
    refused(arm, disarm, os.putenv, "LD_PRELOAD", "x")


def refused_import(arm, disarm):
    refused(arm, disarm, sys.audit, "import", "ctypes.forbidden", None, sys.path, sys.meta_path, sys.path_hooks)


def refused_custom(arm, disarm):
    refused(arm, disarm, sys.audit, "sys.addaudithook")


def refused_through_many(arm, disarm):
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(wide)
        refused(arm, disarm, open, FORBIDDEN, "w")


def warned(arm, disarm):
    with sandbox(GUEST, mode="warn"):
        refused(arm, disarm, open, FORBIDDEN, "w")


# ---- events that are allowed ----


def allowed_open(arm, disarm):
    with manager, wide:
        arm()
        open(OPEN, "rb").close()
        disarm()
        assert held()


def allowed_many(arm, disarm):
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(wide)
        contextvars.copy_context().run(held)  # another context: collected anew
        arm()
        open(OPEN, "rb").close()
        disarm()
        assert held()


def allowed_interposed(arm, disarm):
    with manager:
        arm()
        os.close(os.open(OPEN, os.O_RDONLY))
        os.listdir(ALLOWED)
        disarm()
        assert held()


def allowed_database(arm, disarm):
    import sqlite3

    with manager:
        arm()
        sqlite3.connect(os.path.join(ALLOWED, "base")).close()
        disarm()
        assert held()


# ---- files that the guard opens, and what it does to files ----


def opened(arm, disarm, function, *args, **options):
    """Open what is allowed; what comes of it is closed."""
    with manager:
        arm()
        try:
            file = function(*args, **options)
        finally:
            disarm()
        if isinstance(file, int):
            os.close(file)
        else:
            file.close()
        assert held()


def opens_absolute(arm, disarm):
    opened(arm, disarm, os.open, OPEN, os.O_RDONLY)


def opens_relative(arm, disarm):
    before = os.getcwd()
    os.chdir(ALLOWED)
    try:
        opened(arm, disarm, os.open, "file", os.O_RDONLY)
    finally:
        os.chdir(before)


def opens_beneath(arm, disarm):
    folder = os.open(ALLOWED, os.O_RDONLY)
    try:
        opened(arm, disarm, os.open, "file", os.O_RDONLY, dir_fd=folder)
    finally:
        os.close(folder)


def opens_through_link(arm, disarm):
    opened(arm, disarm, os.open, LINK, os.O_RDONLY)


def opens_non_ascii(arm, disarm):
    opened(arm, disarm, os.open, os.path.join(ALLOWED, "gr\xf6\xdfe"), os.O_RDWR | os.O_CREAT)


def opens_nameless(arm, disarm):
    gone = os.path.join(ALLOWED, "gone")
    number = os.open(gone, os.O_RDWR | os.O_CREAT)
    os.unlink(gone)
    try:
        opened(arm, disarm, os.open, f"/proc/self/fd/{number}", os.O_RDWR)
    finally:
        os.close(number)


def opens_new(arm, disarm):
    try:
        opened(arm, disarm, os.open, NEW, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    finally:
        disarm()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(NEW)


def opens_missing(arm, disarm):
    with contextlib.suppress(FileNotFoundError):
        opened(arm, disarm, os.open, os.path.join(ALLOWED, "missing"), os.O_RDONLY)


def refused_low_open(arm, disarm):
    refused(arm, disarm, os.open, FORBIDDEN, os.O_CREAT | os.O_WRONLY)


def refused_open_through_link(arm, disarm):
    refused(arm, disarm, os.open, LINK_OUT, os.O_RDONLY)


def opens_text(arm, disarm):
    opened(arm, disarm, open, OPEN, encoding="utf-8")


def opens_binary(arm, disarm):
    opened(arm, disarm, open, OPEN, "rb")


def opens_path_object(arm, disarm):
    opened(arm, disarm, open, Way(OPEN), "rb", 0)


def opens_subclass(arm, disarm):
    opened(arm, disarm, OwnFile, OPEN)


def opens_with_opener(arm, disarm):
    opened(arm, disarm, open, OPEN, "rb", opener=os.open)


def refused_subclass(arm, disarm):
    refused(arm, disarm, OwnFile, FORBIDDEN, "w")


def refused_opener(arm, disarm):
    refused(arm, disarm, open, FORBIDDEN, "wb", opener=os.open)


def acts_by_name(arm, disarm):
    with manager:
        os.mkdir(NEW)
        try:
            arm()
            os.chmod(OPEN, 0o644)
            os.utime(OPEN, (5, 6.5)), os.utime(OPEN, ns=(5, 6))
            os.truncate(OPEN, 0)
            os.rename(NEW, NEW + "er")
            os.rename(NEW + "er", NEW)
            os.chown(OPEN, -1, -1)
            os.mkfifo(NEW + "est", 0o600)
            os.mknod(NEW + "node")
        finally:
            disarm()
            for name in (NEW, NEW + "er", NEW + "est", NEW + "node"):
                with contextlib.suppress(FileNotFoundError):
                    (os.rmdir if os.path.isdir(name) else os.unlink)(name)
        assert held()


def acts_by_number(arm, disarm):
    number = os.open(OPEN, os.O_RDONLY)
    try:
        with manager:
            arm()
            os.fchmod(number, 0o644)
            os.utime(number, (5, 6))
            os.setxattr(number, "user.name", bytearray(b"value"))
            disarm()
            assert held()
    finally:
        disarm()
        os.close(number)


def refused_act(arm, disarm):
    refused(arm, disarm, os.chmod, MARKER, 0o600)


def refused_act_by_number(arm, disarm):
    number = os.open(MARKER, os.O_RDONLY)
    try:
        refused(arm, disarm, os.fchmod, number, 0o600)
    finally:
        os.close(number)


# ---- policies ----


def compiling(arm, disarm):
    arm()
    Policy(
        name="big",
        read=[HOME, "/usr/share/*", "**/x.txt"],
        write=[HOME],
        connect=["api.example.com:443", "10.0.0.0/8"],
        listen=["127.0.0.1:*"],
        run=["git status *"],
        imports=["json"],
        env=["HOME"],
        deny=Deny(read=["**/.env"], connect=["10.1.0.0/16"]),
    )


def combining(arm, disarm):
    arm()
    both = GUEST & WIDE
    either = GUEST | GUEST.replace(read=["/usr"])
    return hash(both) and repr(either)


def loading(arm, disarm):
    file = os.path.join(ALLOWED, "policy.toml")
    with open(file, "w") as text:
        text.write('read = ["/usr"]\n[deny]\nread = ["**/.env"]\n')
    arm()
    Policy.load(file)


def presets(arm, disarm):
    arm()
    for policy in (Policy.offline(), Policy.readonly(), Policy.workspace(HOME), Policy.unrestricted()):
        sandbox(policy)


# ---- records ----


def reading_records(arm, disarm):
    with sandbox(GUEST) as box:
        for function, args in ((open, (FORBIDDEN, "w")), (os.listdir, (OUTSIDE,)), (os.system, ("x",))):
            with contextlib.suppress(Violation):
                function(*args)
    arm()
    first = box.violations[0]
    seen = [str(first), repr(first), first.json(), first.location, first.origin, first.suggestion, first.rule]
    seen += [box.allowed, box.quiet, box.dropped, box.left_open, box.policy, repr(box)]
    disarm()
    assert "forbidden" in seen[0]


def pickling(arm, disarm):
    import copy
    import pickle

    with sandbox(GUEST) as box:
        with contextlib.suppress(Violation):
            open(FORBIDDEN, "w")  # noqa: SIM115
    violation = box.violations[0]
    arm()
    other = pickle.loads(pickle.dumps(violation))
    copy.copy(other)
    copy.deepcopy(GUEST)
    pickle.loads(pickle.dumps(GUEST))


def asking(arm, disarm):
    with manager as box:
        arm()
        assert current() is box
        repr(sandbox(GUEST))


def variable():
    for candidate in contextvars.copy_context():
        if candidate.name == "fastaudit":
            return candidate
    raise AssertionError("no variable")


def place(var):
    """Which of the 32 places of a context's mapping is a variable's: the last bits of its hash, folded."""
    return ((hash(var) & 0xFFFFFFFF) ^ (hash(var) >> 32)) & 31


with manager as box:
    OURS = place(variable())
    TYPES = [type(box), type(variable().get()), type(manager), type(manager.__exit__)]
TYPES += [PermissionViolation, ImportViolation]
# Beside a variable of the host's, leaving takes memory: where ours is the only one, a context forgets it without. In a
# place of its own: where two share one, CPython loses a new mapping that finds memory for only one of its levels.
CANDIDATES = [contextvars.ContextVar(f"host {number}") for number in range(64)]
HOSTS = next(var for var in CANDIDATES if place(var) != OURS)
HOSTS.set("kept")
