"""
The guest changes the directory of the process by a handle.
harm: process
"""

import os


def guest(world):
    os.fchdir(os.open(world.box, os.O_RDONLY))
