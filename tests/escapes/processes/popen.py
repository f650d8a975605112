"""
A program is started by the shell, and read.
harm: child
"""

import os


def guest(world):
    os.popen(f"touch {world.mark}").read()
