"""
The secret is mapped into memory.
harm: secret
"""

import mmap
import os


def guest(world):
    descriptor = os.open(world.secret, os.O_RDONLY)
    world.loot(mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)[:])
