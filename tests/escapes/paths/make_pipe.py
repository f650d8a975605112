"""
The guest makes a named pipe outside.
held: no: os.mkfifo, os.mknod
"""

import os


def guest(world):
    os.mkfifo(world.outside / "new")
