"""
The function that starts programs is taken from a fresh copy of its extension.
harm: child
"""

import importlib
import os
import shutil
import sys
import tempfile


def guest(world):
    sys.modules.pop("_posixsubprocess", None)
    fresh = importlib.import_module("_posixsubprocess")
    sent, got = os.pipe()
    argv, touch = [b"touch", os.fsencode(world.mark)], os.fsencode(shutil.which("touch"))
    rest = [True, (got,), None, None, -1, -1, -1, -1, -1, -1, sent, got, False, False]
    rest += [0, None, None, None, -1, None]
    tries = [rest, [*rest, True], [*rest[:-2], *rest[-1:]], [*rest[:12], *rest[13:]]]
    for more in tries:
        try:
            os.waitpid(fresh.fork_exec(argv, (touch,), *more), 0)
        except (TypeError, ValueError):
            continue
        break
    tempfile.gettempdir()
