"""
Refuse every event of the catalogue once, in one process that has to survive it.

The first word after the script is the catalogue (src/classify/events.csv). Real operations provoke what they can (the
acts of tests/isolated/provoke_*.py); the others are raised with operands that look like theirs. Prints what went wrong.
"""

import contextlib
import csv
import os
import signal
import socket
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "isolated"))

import provoke_python_events  # noqa: F401
import provoke_system_events  # noqa: F401
from recording import ACTS

from fastaudit import Deny, Policy, Violation, current, sandbox

# By unpacker: operands of the events that nothing provoked here.
OPERANDS = {
    "open": ("/x", "r", 0),
    "chmod": ("/x", 0, -1),
    "chown": ("/x", 0, 0, -1),
    "utime": ("/x", None, None, -1),
    "rename": ("/x", "/y", -1, -1),
    "link": ("/x", "/y", -1, -1),
    "symlink": ("/x", "/y", -1),
    "address": (None, ("127.0.0.1", 9)),
    "getaddrinfo": ("localhost", 80, 0, 0, 0),
    "popen": ("x", ["x"], None, None),
    "posix_spawn": ("x", ["x"], {}),
    "exec": ("x", ["x"], {}),
    "spawn": (0, "x", ["x"], {}),
    "kill": (1, 0),
    "import": ("mylib", None, None, None, None),
    "none": (),
}
seen = threading.local()
operands = {}
wrong = []
output = os.dup(1)  # an act that is interrupted may leave the first one elsewhere


def watch(name, args):
    """Remember what an act raises, and with what."""
    if getattr(seen, "names", None) is not None:
        seen.names.append(name)
        operands.setdefault(name, args)


def do(act, manager=None):
    """Run an act in a new folder, inside; give what it raised."""
    os.chdir(tempfile.mkdtemp())
    try:
        with manager or contextlib.nullcontext():
            seen.names = []
            act()
    except Exception as error:
        return error
    finally:
        seen.noted, seen.names = seen.names, None
        os.chdir("/")
    return None


@contextlib.contextmanager
def noting(manager, refused):
    """Hold to the policy, and note what was refused."""
    with manager as box:
        try:
            yield
        finally:
            refused += [*box.violations, *[None] * box.quiet]


def end_children():
    """End what an act started and could not end itself."""
    for child in Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)


def host_works(name):
    """Whether the host is as free as before."""
    try:
        assert current() is None
        Path(tempfile.gettempdir()).exists()
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
        threading.Thread(target=int).start()
        socket.socket().close()
        sys.audit("import", "mylib", None, None, None, None)
    except Exception as error:
        wrong.append(f"{name}: the host does not work afterwards: {error!r}")


def refusing(name):
    # "exec" is the right to become another program; the event of that name is code.
    return sandbox(Policy.unrestricted().replace(deny=Deny(rights=["code" if name == "exec" else name])))


def main():
    with open(sys.argv[1]) as file:
        rows = list(csv.DictReader(line for line in file if line.strip() and not line.startswith("#")))
    socket.setdefaulttimeout(5)
    sys.addaudithook(watch)
    raised = {}
    for act in ACTS:
        if do(act) is None:
            raised[act] = dict.fromkeys(seen.noted)
    done = 0
    for row in rows:
        name, refusable = row["name"], row["refusable"] == "1"
        values = operands.get(name) or OPERANDS.get(row["unpacker"], ("x", "y", "z"))
        with refusing(name):
            try:
                sys.audit(name, *values)
                if refusable:
                    wrong.append(f"{name}: was let go")
            except Violation:
                if not refusable:
                    wrong.append(f"{name}: was refused, though it is not refusable")
        act = next((act for act, names in raised.items() if name in names), None)
        if act is not None and refusable:
            refused = []
            do(act, noting(refusing(name), refused))
            done += bool(refused)  # an act raises some events only the first time
        host_works(name)
    # Interrupted, that act leaves its monitoring tool in use.
    for act in [act for act in raised if act.__name__ != "introspection"]:
        error = do(act)
        if error is not None:
            wrong.append(f"{act.__name__}: the host cannot do it any more: {error!r}")
    end_children()
    os.write(output, "\n".join([*wrong, f"{len(rows)} {done}"]).encode())


main()
