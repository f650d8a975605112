"""The functions that open files are taken from a fresh copy of their module."""

import importlib.machinery
import sys


def guest(world):
    kept = sys.modules.pop("posix")
    try:
        spec = importlib.machinery.BuiltinImporter.find_spec("posix")
        fresh = importlib.machinery.BuiltinImporter.create_module(spec)
        importlib.machinery.BuiltinImporter.exec_module(fresh)
        fresh.close(fresh.open(str(world.canary), fresh.O_WRONLY | fresh.O_TRUNC))
        fresh.unlink(str(world.canary))
    finally:
        sys.modules["posix"] = kept
