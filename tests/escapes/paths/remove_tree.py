"""The guest removes a tree."""

import shutil


def guest(world):
    shutil.rmtree(world.outside)
