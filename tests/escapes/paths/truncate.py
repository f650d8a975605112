"""The guest empties the canary by its name."""

import os


def guest(world):
    os.truncate(world.canary, 0)
