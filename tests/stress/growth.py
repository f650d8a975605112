"""Whether what a process holds grows, when something is done again and again; and which names are looked at so."""

import contextlib
import ctypes
import gc
import os
import sys
import sysconfig

from fastaudit import Policy, PolicyError, _core, sandbox

LONGER = int(os.environ.get("FASTAUDIT_STRESS", "1"))
ROUNDS = 30 * LONGER
TRIES = 12  # what leaks grows each time; caches are full at some time

# CPython 3.13 without a GIL makes functions, classes and constants immortal once a second thread has run: blocks grow
# by twelve for each function and class then, without us.
IMMORTAL = bool(sysconfig.get_config_var("Py_GIL_DISABLED")) and sys.version_info < (3, 14)

ENTRIES = {}  # by name: the functions that run it


def entry(*names):
    """Say which names a function runs."""

    def add(function):
        for name in names:
            ENTRIES.setdefault(name, []).append(function)
        return function

    return add


def attempt(function, *args, **kwargs):
    """Do something that is refused or goes wrong."""
    with contextlib.suppress(Exception):
        function(*args, **kwargs)


libc = ctypes.CDLL(None)


class Mallinfo(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in ["arena", "ord", "smblks", "hblks", "hblkhd", "usmblks", "fsm", "uord", "ford", "keep"]
    ]


def held():
    """Count blocks of CPython's allocator, bytes in use by malloc, instances of the core's types."""
    gc.collect()
    forget_types()
    used = MALLINFO()
    return sys.getallocatedblocks(), used.uord + used.hblkhd, sum(map(sys.getrefcount, TYPES))


# The cache of looked up attributes keeps up to 4,096 names alive, and fills by chance: their addresses choose the slot.
forget_types = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache
MALLINFO = getattr(libc, "mallinfo2", None) or libc.mallinfo
MALLINFO.restype = Mallinfo
_manager = sandbox(Policy())
TYPES = [type(_manager), type(_manager.__exit__), _core.Ruleset, _core.Box, _core.Violation]
TYPES += [_core.PermissionViolation, _core.ImportViolation]


def grows(function, rounds=None):
    """Run it many times, as often as it takes to stop growing: what it grows by, or nothing."""
    rounds = rounds or ROUNDS
    for _ in range(8):
        with contextlib.suppress(PolicyError):
            function()
    before = held()
    for _ in range(TRIES):
        for _ in range(rounds):
            with contextlib.suppress(PolicyError):
                function()
        after = held()
        grown = [b - a for a, b in zip(before, after, strict=True)]
        # Less than a block, or sixteen bytes, a round is a cache that fills.
        if (grown[0] < rounds or IMMORTAL) and grown[1] < 16 * rounds and grown[2] < rounds // 2:
            return None
        before = after
    return grown
