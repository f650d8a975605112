"""
A program is started by the function beneath subprocess.
harm: child
"""

import multiprocessing.util
import os
import shutil


def guest(world):
    touch = shutil.which("touch")
    pid = multiprocessing.util.spawnv_passfds(os.fsencode(touch), [b"touch", os.fsencode(world.mark)], [])
    os.waitpid(pid, 0)
