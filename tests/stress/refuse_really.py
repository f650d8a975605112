"""
Refuse a real operation for each event of the catalogue, in one process that has to survive it.

The words after the script: the catalogue (src/classify/events.csv), and events that are left out. Each operation of refused_acts*.py is done
bare, inside a policy that refuses its event and nothing else, and bare again. Prints, as JSON: what was refused really;
what this Python lacks; what went wrong.
"""

import csv
import json
import os
import socket
import sys
import tempfile
import threading
import warnings

import refused_acts
import refused_acts_network  # noqa: F401
import refused_acts_python  # noqa: F401

from fastaudit import Deny, Policy, current, sandbox

# Refusing these at the event is not possible; the operation is refused as another one.
INSTEAD = dict.fromkeys(["cpython.PyInterpreterState_New", "cpython.PyInterpreterState_Clear"], "_interpreters.create")
raised = None
wrong = []


def watch(name, args):
    """Remember what is raised, and was not refused."""
    if raised is not None:
        raised.append(name)


def prepared(name):
    """The operation, in a new folder; None when this Python lacks what it needs."""
    os.chdir(tempfile.mkdtemp(dir=HOME))
    refused_acts.folder()
    try:
        return refused_acts.ACTS[name]()
    except (ImportError, AttributeError, OSError):
        return None


def do(operation, manager):
    """Do it; give what it raised and, inside, what was refused."""
    global raised
    raised = []
    error, box = None, None
    try:
        if manager is None:
            operation()
        else:
            with manager as box:
                operation()
    except Exception as caught:
        error = caught
    seen, raised = raised, None
    refused_acts.tidy()
    refused = [] if box is None else [violation.event for violation in box.violations]
    return error, set(seen), refused + ["quiet"] * (box.quiet if box else 0)


def host_works(name):
    try:
        assert current() is None
        with tempfile.TemporaryFile() as file:
            file.write(b"x")
        os.listdir("/")
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()
        socket.socket().close()
        sys.audit("import", "mylib", None, None, None, None)
    except Exception as error:
        wrong.append(f"{name}: the host does not work afterwards: {error!r}")


def refusing(name):
    # "exec" is the right to become another program; the event of that name is code.
    return sandbox(Policy.unrestricted().replace(deny=Deny(rights=["code" if name == "exec" else name])))


def judge(name, refusable, since):
    """Whether it was provoked; None when this Python lacks it."""
    operation = prepared(name)
    if operation is None:
        return None
    bare, seen, _ = do(operation, None)
    if name not in seen and name not in UNHEARD:
        if since > sys.version_info.minor:
            return None
        wrong.append(f"{name}: not raised by its operation ({bare!r})")
        return False
    operation, manager = prepared(name), refusing(INSTEAD.get(name, name))
    error, seen, refused = do(operation, manager)
    meant = INSTEAD.get(name, name)
    if refusable or name in INSTEAD:
        if meant not in refused:
            wrong.append(f"{name}: was not refused ({error!r}, {refused})")
        if name in seen:
            wrong.append(f"{name}: happened all the same")
    elif refused or name not in seen:
        wrong.append(f"{name}: is not refusable, and was not simply done ({error!r}, {refused})")
    host_works(name)
    again, _, _ = do(prepared(name), None)
    if type(again) is not type(bare):
        wrong.append(f"{name}: the host cannot do it any more: {again!r}, at first {bare!r}")
    return True


def main():
    global UNHEARD, HOME
    EXCUSED = sys.argv[2:]
    with open(sys.argv[1]) as file:
        rows = list(csv.DictReader(line for line in file if line.strip() and not line.startswith("#")))
    # What fastaudit raises where CPython is silent, nobody hears where no scope is; and some are raised where another
    # interpreter is current, whose hooks in Python are others.
    UNHEARD = {row["name"] for row in rows if int(row["since"]) == 0} | {"_posixsubprocess.fork_exec", *INSTEAD}
    HOME = tempfile.mkdtemp()
    output = os.dup(1)
    socket.setdefaulttimeout(5)
    warnings.simplefilter("ignore")
    sys.addaudithook(watch)
    done = {
        row["name"]: judge(row["name"], row["refusable"] == "1", int(row["since"]))
        for row in rows
        if row["name"] in refused_acts.ACTS and row["name"] not in EXCUSED
    }
    result = {
        "refused": [name for name, answer in done.items() if answer],
        "lacking": [name for name, answer in done.items() if answer is None],
        "wrong": wrong,
    }
    os.write(output, json.dumps(result).encode())


main()
