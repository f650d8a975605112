"""
A program is spawned by its name.
harm: child
"""

import os


def guest(world):
    os.waitpid(os.posix_spawnp("touch", ["touch", str(world.mark)], os.environ), 0)
