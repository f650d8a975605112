"""The canary is opened for reading, and emptied all the same."""

import os


def guest(world):
    os.close(os.open(world.canary, os.O_RDONLY | os.O_TRUNC))
