"""
A program is started by the C library, which the host has loaded already.
harm: child
until: 3.13
held: no: where the host has loaded them already
"""

import os


def host(world):
    import ctypes

    world.library = ctypes.CDLL(None)
    world.library.system(b"true")


def guest(world):
    world.library.system(os.fsencode(f"touch {world.mark}"))
