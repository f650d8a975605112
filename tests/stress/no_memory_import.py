"""
Run with failing_malloc.c preloaded: the first import of fastaudit, and the first scope, with an allocation that fails.

The words after the script: the core's file, and which of the two. Every failing allocation has a child of its own. Prints
what went wrong; the last line says how many children failed cleanly, and how many did without that memory.
"""

import concurrent.futures.thread
import contextlib
import contextvars
import ctypes
import importlib
import importlib.util
import operator
import os
import sys
import tempfile
import threading

from failing_sources import Malloc  # first, see there

HOME = os.path.realpath(tempfile.mkdtemp())
MARKER = os.path.join(HOME, "marker")
SETS = {
    name: {function.__name__ for function in getattr(os, name)}
    for name in ("supports_dir_fd", "supports_effective_ids", "supports_fd", "supports_follow_symlinks")
}
OLDER = contextvars.copy_context()
LONGER = int(os.environ.get("FASTAUDIT_STRESS", "1"))
SURVIVED, FAILED, OVER = 3, 4, 5  # exit statuses of children
BESIDE_LIBRARIES = False


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


# ---- with libraries that the host has imported before ----

LIBRARIES = ("_ssl", "asyncio", "fcntl", "gevent.event", "greenlet", "readline", "sqlite3", "trio")
REPLACED = {
    "asyncio.base_events": [
        "BaseEventLoop.set_exception_handler",
        "BaseEventLoop.get_task_factory",
        "BaseEventLoop.set_debug",
    ],
    "asyncio.events": [
        "Handle.__repr__",
        "_set_event_loop_policy" if sys.version_info >= (3, 14) else "set_event_loop_policy",
    ],
    "asyncio.selector_events": ["BaseSelectorEventLoop._add_reader"],
    "concurrent.futures._base": ["Future.add_done_callback"],
    "concurrent.futures.process": ["ProcessPoolExecutor.__init__", "ProcessPoolExecutor.submit"],
    "concurrent.futures.thread": ["ThreadPoolExecutor.__init__", "_WorkItem.__init__"],
    "gevent.threadpool": ["ThreadPool.spawn"],
    "multiprocessing.pool": ["Pool.__init__", "Pool.apply_async", "Pool.imap"],
    "multiprocessing.queues": ["Queue.put", "JoinableQueue.put"],
    "multiprocessing.spawn": ["get_preparation_data"],
    "trio._core._entry_queue": ["EntryQueue.run_sync_soon"],
    "trio._core._instrumentation": ["Instruments.add_instrument"],
    "trio._core._run": ["Runner.spawn_impl"],
    "trio._core._thread_cache": ["ThreadCache.start_thread_soon"],
}


def import_libraries():
    for name in LIBRARIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def first_scope_beside_libraries():
    inside(int)


def left_as_they_were():
    """Name the functions of libraries that are there and do what they did."""
    for module, names in REPLACED.items():
        for name in names if module in sys.modules else ():
            function = operator.attrgetter(name)(sys.modules[module])
            if not any(type(constant).__name__ == "Redirect" for constant in function.__code__.co_consts):
                yield f"{module}.{name}"


def refusing_in_libraries():
    """Name what is refused here of those that are there, of what is written in C."""
    acts = {
        "_ssl": lambda module: module._test_decode_cert(MARKER),
        "fcntl": lambda module: module.fcntl(0, module.F_SETOWN, os.getpid()),
        "readline": lambda module: module.read_history_file(MARKER),
        "_sqlite3": lambda module: module.connect(MARKER),
    }
    return {name for name, act in acts.items() if name not in sys.modules or refused(act, sys.modules[name])} ^ {*acts}


def handed_over():
    """What libraries run later for code that was inside, by what it is."""
    ways = {}

    def told(name):
        return lambda *_: ways.update({name: refused(open, MARKER)})

    if "asyncio" in sys.modules:
        import asyncio

        loop = asyncio.new_event_loop()
        ways["handles"] = ways["futures"] = False
        future = loop.create_future()
        handle = inside(lambda: asyncio.Handle(told("handles"), (), loop, OLDER))
        inside(lambda: future.add_done_callback(told("futures"), context=OLDER))
        handle._run()
        future.set_result(None)
        loop.call_soon(loop.stop)
        loop.run_forever()
        loop.close()
    if "gevent" in sys.modules:
        import gevent
        import greenlet

        ways["greenlets"] = ways["hub"] = ways["links"] = False
        inside(lambda: greenlet.greenlet(told("greenlets"))).switch()
        inside(lambda: gevent.get_hub().loop.run_callback(told("hub")))
        event = gevent.event.Event()
        inside(lambda: event.rawlink(told("links")))
        event.set()
        gevent.sleep(0)
        gevent.sleep(0)
    return {name for name, held in ways.items() if not held}


def go_on():
    """Be a host as if nothing had been tried."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(int).add_done_callback(repr)
    if "asyncio" in sys.modules:
        import asyncio

        asyncio.new_event_loop().close()


def problems():
    """With memory again: it works whole, whatever failed before."""
    try:
        go_on()
    except Exception as error:
        yield f"the host does not go on: {error!r}"
    if refusing():
        yield f"the host is held by {refusing()}"
    try:
        mechanisms = inside(refusing)
    except Exception as error:
        yield f"never works again: {error!r} from {error.__cause__!r}"
        return
    if len(mechanisms) < 8:
        yield f"held only by {mechanisms}"
    if any(
        getattr(os, function) not in getattr(os, name) for name, functions in SETS.items() for function in functions
    ):
        yield "os has forgotten what its functions can"
    if BESIDE_LIBRARIES:
        free = {*left_as_they_were(), *inside(refusing_in_libraries), *handed_over()}
        if free:
            yield f"free are {free}"
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
    global BESIDE_LIBRARIES
    path, name = sys.argv[1:]
    BESIDE_LIBRARIES = name == "first_scope_beside_libraries"
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
    if BESIDE_LIBRARIES:
        import_libraries()
    if act is not first_import:
        first_import()
    core = ctypes.CDLL(path)  # where it is loaded is where the import finds it
    source = Malloc("all", int)
    counts = dict.fromkeys((SURVIVED, FAILED), 0)
    steps = (67, 199) if BESIDE_LIBRARIES else (23, 89)
    for full, step in zip((False, True), steps, strict=True):
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
