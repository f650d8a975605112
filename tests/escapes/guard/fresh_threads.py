"""The function that starts threads is taken from a fresh copy of its module."""

import _imp
import importlib.machinery
import sys


def guest(world):
    kept = sys.modules.pop("_thread")
    try:
        spec = importlib.machinery.BuiltinImporter.find_spec("_thread")
        fresh = _imp.create_builtin(spec)
        _imp.exec_builtin(fresh)
        done = fresh.allocate_lock()
        done.acquire()

        def work():
            world.attempt(world.harm)
            done.release()

        fresh.start_new_thread(work, ())
        done.acquire(timeout=5)
    finally:
        sys.modules["_thread"] = kept
