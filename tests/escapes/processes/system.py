"""
A program is started by the shell.
harm: child
"""

import os


def guest(world):
    os.system(f"touch {world.mark}")
