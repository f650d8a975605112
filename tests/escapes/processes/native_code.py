"""
A program is started by the C library.
harm: child
"""

import os
import sys


def guest(world):
    for name in [name for name in sys.modules if name.partition(".")[0] in ("ctypes", "_ctypes")]:
        del sys.modules[name]
    import ctypes

    ctypes.CDLL(None).system(os.fsencode(f"touch {world.mark}"))
