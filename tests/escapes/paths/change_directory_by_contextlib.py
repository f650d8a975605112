"""
The guest changes the directory of the process, and back, and writes meanwhile.
"""

import contextlib


def guest(world):
    with contextlib.chdir(world.outside):
        open("canary", "w").close()
