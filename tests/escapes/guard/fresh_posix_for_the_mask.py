"""
The function that sets the mask is taken from a fresh copy of its module.
harm: process
"""

import _imp
import importlib.machinery
import sys


def guest(world):
    kept = sys.modules.pop("posix")
    try:
        spec = importlib.machinery.BuiltinImporter.find_spec("posix")
        fresh = _imp.create_builtin(spec)
        _imp.exec_builtin(fresh)
        fresh.umask(0o123)
    finally:
        sys.modules["posix"] = kept
