"""The guest removes the canary."""

import os


def guest(world):
    os.remove(world.canary)
