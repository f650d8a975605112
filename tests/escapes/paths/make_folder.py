"""The guest makes a folder."""

import os


def guest(world):
    os.makedirs(world.outside / "new" / "er")
