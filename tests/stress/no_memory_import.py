"""
Run with failing_malloc.c preloaded: the first import of fastaudit, and the first scope, with an allocation that fails.

The words after the script: the core's file, and which of the two. Every failing allocation has a child of its own. Prints
what went wrong; the last line says how many children failed cleanly, and how many did without that memory.
"""

import contextvars
import ctypes
import importlib
import importlib.util
import os
import sys
import tempfile
import threading

from failing_sources import Malloc  # first, see there

HOME = os.path.realpath(tempfile.mkdtemp())
MARKER = os.path.join(HOME, "marker")
OLDER = contextvars.copy_context()
LONGER = int(os.environ.get("FASTAUDIT_STRESS", "1"))
SURVIVED, FAILED, OVER = 3, 4, 5  # exit statuses of children


def refused(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except PermissionError:
        return True
    except FileNotFoundError:
        pass
    return False


def in_thread(function, *args):
    answers = []
    thread = threading.Thread(target=lambda: answers.append(function(*args)))
    thread.start()
    thread.join()
    return answers[0]


def refusing():
    """Name the mechanisms that refuse here: events, what is interposed, what is carried."""
    root = os.open("/", os.O_RDONLY)
    answers = {
        "events": refused(open, MARKER),
        "descriptors": refused(os.open, MARKER[1:], os.O_RDONLY, dir_fd=root),
        "listings": refused(os.scandir, os.path.join(HOME, ".")),
        "masks": refused(os.umask, 0o22),
        "commands": refused(os.execv, "/of/nobody", ["x"]),
        "contexts": contextvars.Context().run(refused, open, MARKER),
        "older contexts": OLDER.run(refused, open, MARKER),
        "threads": in_thread(refused, open, MARKER),
    }
    os.close(root)
    return {name for name, answer in answers.items() if answer}


def first_import():
    import fastaudit  # noqa: F401


def inside(function):
    from fastaudit import Deny, Policy, sandbox

    with sandbox(Policy(read=["/"], threads=True, deny=Deny(read=[HOME]))):
        return function()


def first_scope():
    inside(int)


def problems():
    """With memory again: it works whole, whatever failed before."""
    if refusing():
        yield f"the host is held by {refusing()}"
    try:
        mechanisms = inside(refusing)
    except Exception as error:
        yield f"never works again: {error!r} from {error.__cause__!r}"
        return
    if len(mechanisms) < 8:
        yield f"held only by {mechanisms}"
    if refusing():
        yield f"afterwards the host is held by {refusing()}"


def child(act, source, number, full):
    """Do it without memory in this process, which is of no other use; give how it went."""
    source.prepare(number, full)
    failed = None
    source.arm()
    try:
        act()
    except Exception as error:
        failed = error
    finally:
        source.disarm()
    if source.failed == 0:
        return OVER
    wrong = [*problems()]
    # HookNotInstalledError is a RuntimeError; CPython and the core use others where what they need is not there.
    if not isinstance(failed, (MemoryError, RuntimeError, type(None))):
        wrong.append(f"fails as {failed!r}")
    for sentence in wrong:
        print(f"{act.__name__}, {'full from' if full else 'without'} {number}: {sentence}", flush=True)
    return SURVIVED if failed is None else FAILED


def main():
    path, name = sys.argv[1:]
    open(MARKER, "w").close()
    act = globals()[name]
    importlib.util.find_spec("fastaudit")  # an editable install builds it now
    # What takes long and has no part in it.
    for module in (
        "concurrent.futures.process",
        "concurrent.futures.thread",
        "ipaddress",
        "multiprocessing.pool",
        "multiprocessing.queues",
        "multiprocessing.spawn",
        "site",
        "sysconfig",
        "tempfile",
    ):
        importlib.import_module(module)
    if act is first_scope:
        first_import()
    core = ctypes.CDLL(path)  # where it is loaded is where the import finds it
    source = Malloc("all", int)
    counts = dict.fromkeys((SURVIVED, FAILED), 0)
    for full, step in ((False, 23), (True, 89)):
        for number in range(0, 100_000, max(1, step // LONGER)):
            process = os.fork()
            if process == 0:
                status = 1
                try:
                    status = child(act, source, number, full)
                finally:
                    os._exit(status)
            status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
            if status == OVER:
                break
            if status in counts:
                counts[status] += 1
            else:
                print(f"{name}, {'full from' if full else 'without'} {number}: ends with {status}", flush=True)
    del core
    print(counts[FAILED], counts[SURVIVED])


main()
