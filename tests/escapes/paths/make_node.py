"""
The guest makes a file outside by making a node.
"""

import os


def guest(world):
    os.mknod(world.outside / "new")
