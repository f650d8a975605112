"""One real operation for each event, continued: code, objects, tracing, native code."""

import gc
import os
import sys

from refused_acts import act, acts

import fastaudit

# ---- code and objects ----


def function(a=1):
    return a


OTHER = (lambda a=1: None).__code__
COMPILED = compile("x = 1", "<test>", "exec")


def watch(*_):
    return None


def traced(set_trace):
    """Trace, and no longer."""
    try:
        set_trace(watch)
    finally:
        set_trace(None)


acts({
    "compile": lambda: compile("1", "<test>", "eval"),
    "exec": lambda: exec(COMPILED, {}),
    "code.__new__": lambda: OTHER.replace(co_name="other"),
    "function.__new__": lambda: type(function)(OTHER, {}),
    "object.__getattr__": lambda: function.__code__,
    "builtins.id": lambda: id(1),
    "sys._getframe": lambda: sys._getframe(),
    "sys._current_frames": lambda: sys._current_frames(),
    "sys._current_exceptions": lambda: sys._current_exceptions(),
    "gc.get_objects": lambda: gc.get_objects(),
    "gc.get_referents": lambda: gc.get_referents(gc),
    "gc.get_referrers": lambda: gc.get_referrers(gc),
    "sys.settrace": lambda: traced(sys.settrace),
    "sys.setprofile": lambda: traced(sys.setprofile),
    "sys.set_asyncgen_hook_firstiter": lambda: sys.set_asyncgen_hooks(firstiter=sys.get_asyncgen_hooks().firstiter),
    "sys.set_asyncgen_hook_finalizer": lambda: sys.set_asyncgen_hooks(finalizer=sys.get_asyncgen_hooks().finalizer),
    "sys.addaudithook": lambda: sys.addaudithook(lambda name, args: None),
    "fastaudit.install": lambda: fastaudit.install(fastaudit.Policy.unrestricted()),
})  # fmt: skip


@act("greenlet.settrace")
def _():
    import greenlet

    return lambda: greenlet.settrace(greenlet.gettrace())


@act("trio.add_instrument")
def _():
    import trio
    from trio._core._run import GLOBAL_RUN_CONTEXT, setup_runner

    runner = setup_runner(None, [], False, True)  # the host's, which never runs

    def operation():
        try:
            trio.lowlevel.add_instrument(trio.abc.Instrument())
        finally:
            GLOBAL_RUN_CONTEXT.__dict__.clear()
            runner.close()

    return operation


@act("sys._getframemodulename")
def _():
    return sys._getframemodulename


@act("object.__setattr__")
def _():
    def victim():
        pass

    def operation():
        victim.__code__ = (lambda: None).__code__

    return operation


@act("object.__delattr__")
def _():
    def victim(a=1):
        pass

    def operation():
        del victim.__defaults__

    return operation


@act("marshal.dumps")
def _():
    import marshal

    return lambda: marshal.dumps(1)


@act("marshal.loads")
def _():
    import marshal

    data = marshal.dumps(1)
    return lambda: marshal.loads(data)


@act("marshal.load")
def _():
    import io
    import marshal

    data = marshal.dumps(1)
    return lambda: marshal.load(io.BytesIO(data))


@act("pickle.find_class")
def _():
    import pickle

    data = pickle.dumps(os.getpid)
    return lambda: pickle.loads(data)


@act("sys.monitoring.register_callback")
def _():
    monitoring = sys.monitoring

    def operation():
        monitoring.use_tool_id(3, "test")
        try:
            monitoring.register_callback(3, monitoring.events.LINE, print)
            monitoring.register_callback(3, monitoring.events.LINE, None)
        finally:
            monitoring.free_tool_id(3)

    return operation


def run_remotely():
    execute = sys.remote_exec
    with open("script.py", "w") as file:
        file.write("pass\n")

    def operation():
        execute(os.getpid(), os.path.abspath("script.py"))
        for _ in range(100_000):  # it is run at some jump
            pass

    return operation


act("sys.remote_exec")(run_remotely)
act("cpython.remote_debugger_script")(run_remotely)


@act("sys.activate_stack_trampoline")
def _():
    activate = sys.activate_stack_trampoline
    return lambda: (activate("perf"), sys.deactivate_stack_trampoline())


@act("sys.deactivate_stack_trampoline")
def _():
    return sys.deactivate_stack_trampoline


@act("sys.unraisablehook")
def _():
    class Loud:
        def __del__(self):
            raise ValueError

    def operation():
        before, sys.unraisablehook = sys.unraisablehook, lambda unraisable: None
        try:
            Loud()
        finally:
            sys.unraisablehook = before

    return operation


# ---- native code ----


def native(name, call):
    @act(name)
    def _():
        import ctypes

        kept = ctypes.create_string_buffer(b"abc", 10)
        return call(ctypes, ctypes.CDLL(None), kept)


def at(ctypes, kept):
    address = ctypes.addressof(kept)
    return lambda: ctypes.c_int.from_address(address)


def wide(ctypes):
    kept = ctypes.create_unicode_buffer("a")
    return lambda: ctypes.wstring_at(kept, 1)


def view(ctypes, kept):
    memoryview_at = ctypes.memoryview_at
    return lambda: memoryview_at(kept, 1)


def through_handle(library):
    import _ctypes

    return lambda: _ctypes.dlsym(library._handle, "getpid")


def through_address(ctypes, library):
    import _ctypes

    address = ctypes.cast(library.getpid, ctypes.c_void_p).value
    return lambda: _ctypes.call_function(address, ())


def an_object():
    import _ctypes

    number = id(os)
    return lambda: _ctypes.PyObj_FromPtr(number)


def configure(ctypes):
    change = ctypes.pythonapi.PyConfig_Set
    change.argtypes = [ctypes.c_char_p, ctypes.py_object]
    return lambda: change(b"verbose", 0)


native("ctypes.dlopen", lambda ctypes, library, kept: lambda: ctypes.CDLL(None))
native("ctypes.dlsym", lambda ctypes, library, kept: lambda: library.getppid)
native("ctypes.dlsym/handle", lambda ctypes, library, kept: through_handle(library))
native("ctypes.call_function", lambda ctypes, library, kept: through_address(ctypes, library))
native("ctypes.cdata", lambda ctypes, library, kept: at(ctypes, kept))
native("ctypes.cdata/buffer", lambda ctypes, library, kept: lambda: (ctypes.c_char * 3).from_buffer(bytearray(3)))
native("ctypes.addressof", lambda ctypes, library, kept: lambda: ctypes.addressof(kept))
native("ctypes.string_at", lambda ctypes, library, kept: lambda: ctypes.string_at(kept, 2))
native("ctypes.wstring_at", lambda ctypes, library, kept: wide(ctypes))
native("ctypes.memoryview_at", lambda ctypes, library, kept: view(ctypes, kept))
native("ctypes.PyObj_FromPtr", lambda ctypes, library, kept: an_object())
native("ctypes.create_string_buffer", lambda ctypes, library, kept: lambda: ctypes.create_string_buffer(b"x"))
native("ctypes.create_unicode_buffer", lambda ctypes, library, kept: lambda: ctypes.create_unicode_buffer("x"))
native("ctypes.get_errno", lambda ctypes, library, kept: ctypes.get_errno)
native("ctypes.set_errno", lambda ctypes, library, kept: lambda: ctypes.set_errno(0))
native("cpython.PyConfig_Set", lambda ctypes, library, kept: configure(ctypes))
native("setopencodehook", lambda ctypes, library, kept: lambda: ctypes.pythonapi.PyFile_SetOpenCodeHook(None, None))
