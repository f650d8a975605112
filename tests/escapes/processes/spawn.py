"""
A program is started by the oldest function for it.
harm: child
"""

import os


def guest(world):
    os.spawnlp(os.P_WAIT, "touch", "touch", str(world.mark))
