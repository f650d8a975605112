"""
The guest makes a file outside by making a node.
held: no: os.mkfifo, os.mknod
"""

import os


def guest(world):
    os.mknod(world.outside / "new")
