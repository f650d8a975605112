"""The guest makes a link outside, to a file of its own."""

import os


def guest(world):
    os.symlink(world.box, world.outside / "link")
