"""
The guest makes a named pipe outside.
"""

import os


def guest(world):
    os.mkfifo(world.outside / "new")
