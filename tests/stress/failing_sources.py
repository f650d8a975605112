"""What fails the allocations of no_memory.py; imported before anything of the core, so that no block is older."""

import ctypes
import sys
import sysconfig
import threading

QUIET = 6  # _testcapi does not say whether anything failed: so many quiet rounds are the end
NOTHING = [0] * 64
shim = ctypes.PyDLL(None)
# Free-threaded builds have an allocator of their own that no environment variable exchanges.
if sysconfig.get_config_var("Py_GIL_DISABLED"):
    shim.failing_malloc_in_python()
# 3.13, without memory to grow a dict: it fails and says that it did not, the dict counts an entry that is not there, and
# crashes later. asyncio's tasks, interned names and the making of types use it. It may end by a jump, so that it is no
# caller; what it jumps to is known by having it grow a dict.
if sys.version_info[:2] == (3, 13):
    shim.failing_malloc_spare(0, b"PyDict_SetDefaultRef")
    for keys in ([f"text {i}" for i in range(50)], [*range(50)]):
        assert shim.failing_malloc_spare_set_default(ctypes.py_object({}), (ctypes.py_object * 50)(*keys), 50) >= 0
    shim.failing_malloc_spare(1, b"PyList_New")  # without a GIL, it frees what it never set


def where_is(part):
    """From where to where a library lies whose path has that part."""
    with open("/proc/self/maps") as maps:
        parts = [line.split()[0] for line in maps if part in line]
    return int(parts[0].split("-")[0], 16), int(parts[-1].split("-")[1], 16)


def spare_library(part):
    """Fail nothing of what a library asks for that does not survive it."""
    shim.failing_malloc_spare_range.argtypes = [ctypes.c_int, ctypes.c_size_t, ctypes.c_size_t]
    shim.failing_malloc_spare_range(3, *where_is(part))


class Malloc:
    """Fails calls of malloc: of the core, or of what it calls as well."""

    def __init__(self, whose, instances):
        names = ["mode", "first", "calls", "failures", "owner"]
        kinds = [ctypes.c_long] * 4 + [ctypes.c_ulong]
        self.mode, self.first, self.calls, self.failures, self.owner = (
            kind.in_dll(shim, "failing_malloc_" + name) for name, kind in zip(names, kinds, strict=True)
        )
        self.given_back = (ctypes.c_long * 64).in_dll(shim, "failing_malloc_given_back")
        self.live = instances if whose == "all" else shim.failing_malloc_live
        shim.failing_malloc_live.restype = ctypes.c_long
        shim.failing_malloc_of.argtypes = [ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int]
        shim.failing_malloc_run.argtypes = [ctypes.py_object]
        shim.failing_malloc_run(lambda: [*range(1000), bytearray(1000), {}, type("Made", (), {})()])
        shim.failing_malloc_of(*where_is("/_core."), whose == "all")

    def prepare(self, number, full):
        self.number, self.wanted = number, 2 if full else 1
        self.failed = 0

    # No calls by ctypes, which are events: since 3.14 a block refuses them.
    def arm(self):
        self.mode.value = self.calls.value = self.failures.value = 0
        self.given_back[:] = NOTHING
        self.first.value, self.owner.value = self.number, threading.get_ident()
        self.mode.value = self.wanted

    def disarm(self):
        self.mode.value = 0
        self.failed += self.failures.value

    def is_over(self, quiet):
        return self.failed == 0


class Testcapi:
    """Fails CPython's allocators."""

    def __init__(self, instances):
        import _testcapi

        self.set, self.disarm = _testcapi.set_nomemory, _testcapi.remove_mem_hooks
        self.live = instances
        self.quiet = 0

    def prepare(self, number, full):
        # One at a time: without memory for its token and for the variable's new place, CPython's own
        # ContextVar.set() crashes (3.11 to 3.13).
        self.range = (min(number, 1 << 30), min(number, 1 << 30) + 1)
        if number == 0:
            self.quiet = 0

    def arm(self):
        self.set(*self.range)

    def is_over(self, quiet):
        self.quiet = self.quiet + 1 if quiet else 0
        return self.quiet >= QUIET
