"""
Run with failing_malloc.c preloaded: acts of no_memory_acts.py and no_memory_scopes.py, first with every allocation of theirs failing once, then
with a heap that is full from every allocation of theirs on.

The words after the script: whose allocations fail (`core`: those that the core makes by malloc; `all`: also those of
what the core calls; `python`: all that CPython's allocators are asked for, through `_testcapi`), and the names of the
acts. Prints a line for each act.
"""

import contextlib
import gc
import importlib
import sys
import warnings

from failing_sources import Malloc, Testcapi  # first, see there

# isort: split
import no_memory_acts as acts

# The last need what may not be there, or start processes.
MODULES = ("acts", "scopes", "silent", "trusted", "waiting", "switching", "trio", "jobs")

MOST = 6000  # failing points of one act
FAR = 1 << 40
ROUNDS = 4


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


def find(name):
    for module in MODULES:
        with contextlib.suppress(ModuleNotFoundError):
            act = getattr(importlib.import_module("no_memory_" + module), name, None)
            if act is not None:
                return act
    raise SystemExit(f"no act is called {name}")


def main():
    whose, *names = sys.argv[1:]
    sys.unraisablehook = lambda _: None  # a finaliser that found no memory says so, and that is all
    warnings.simplefilter("ignore")
    source = Testcapi(acts.instances) if whose == "python" else Malloc(whose, acts.instances)
    gc.disable()
    gc.freeze()
    for name in names:
        act = find(name)
        for _ in range(3):
            once(act, source, FAR, False)  # warm
        counts = [sweep(act, source, full) for full in ((False, True) if whose != "python" else (False,))]
        print(name, *counts, flush=True)


main()
