"""
Run with failing_malloc.c preloaded: acts of no_memory_acts.py and no_memory_scopes.py, first with every allocation of theirs failing once, then
with a heap that is full from every allocation of theirs on.

The words after the script: whose allocations fail (`core`: those that the core makes by malloc; `all`: also those of
what the core calls; `python`: all that CPython's allocators are asked for, through `_testcapi`), and the names of the
acts. Prints a line for each act.
"""

import ctypes
import gc
import sys
import threading
import warnings

import no_memory_acts as acts
import no_memory_scopes as scopes

MOST = 6000  # failing points of one act
FAR = 1 << 40
QUIET = 6  # _testcapi does not say whether anything failed: so many quiet rounds are the end
ROUNDS = 4
NOTHING = [0] * 64


class Malloc:
    """Fails calls of malloc: of the core, or of what it calls as well."""

    def __init__(self, whose):
        shim = ctypes.PyDLL(None)
        names = ["mode", "first", "calls", "failures", "owner"]
        kinds = [ctypes.c_long] * 4 + [ctypes.c_ulong]
        self.mode, self.first, self.calls, self.failures, self.owner = (
            kind.in_dll(shim, "failing_malloc_" + name) for name, kind in zip(names, kinds, strict=True)
        )
        self.given_back = (ctypes.c_long * 64).in_dll(shim, "failing_malloc_given_back")
        self.live = acts.instances if whose == "all" else shim.failing_malloc_live
        shim.failing_malloc_live.restype = ctypes.c_long
        shim.failing_malloc_of.argtypes = [ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int]
        with open("/proc/self/maps") as maps:
            parts = [line.split()[0] for line in maps if "/_core." in line]
        shim.failing_malloc_of(int(parts[0].split("-")[0], 16), int(parts[-1].split("-")[1], 16), whose == "all")

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

    def __init__(self):
        import _testcapi

        self.set, self.disarm = _testcapi.set_nomemory, _testcapi.remove_mem_hooks
        self.live = acts.instances
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


def once(act, source, number, full):
    """Run the act with the allocation failing: whether this was beyond its last."""
    source.prepare(number, full)
    return source.is_over(acts.run(act, source.arm, source.disarm))


def loses(act, source, number, full):
    """Whether every further round leaves something behind."""
    gc.collect()
    before = source.live()
    for _ in range(ROUNDS):
        once(act, source, number, full)
        gc.collect()
        now = source.live()
        if now <= before:
            return False
        before = now
    return True


def sweep(act, source, full):
    number = 0
    while not once(act, source, number, full):
        print(act.__name__, number, full, file=sys.stderr, flush=True)
        if loses(act, source, number, full):
            print(f"{act.__name__} loses memory when allocation {number} fails ({'full' if full else 'one'})")
        number += 1
        if number > MOST:
            raise SystemExit(f"{act.__name__} has no end")
    return number


def main():
    whose, *names = sys.argv[1:]
    sys.unraisablehook = lambda _: None  # a finaliser that found no memory says so, and that is all
    warnings.simplefilter("ignore")
    source = Testcapi() if whose == "python" else Malloc(whose)
    gc.disable()
    gc.freeze()
    for name in names:
        act = getattr(acts, name, None) or getattr(scopes, name)
        for _ in range(3):
            once(act, source, FAR, False)  # warm
        counts = [sweep(act, source, full) for full in ((False, True) if whose != "python" else (False,))]
        print(name, *counts, flush=True)


main()
