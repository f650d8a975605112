"""A file is opened by the system's call."""

import os


def guest(world):
    os.close(os.open(world.canary, os.O_WRONLY | os.O_TRUNC))
