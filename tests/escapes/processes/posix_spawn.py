"""
A program is spawned.
harm: child
"""

import os
import shutil


def guest(world):
    os.waitpid(os.posix_spawn(shutil.which("touch"), ["touch", str(world.mark)], os.environ), 0)
