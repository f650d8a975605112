"""The guest changes the canary's mode."""

import os


def guest(world):
    os.chmod(world.canary, 0o400)
