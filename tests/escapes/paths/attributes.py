"""The guest sets an extended attribute of the canary."""

import os


def guest(world):
    os.setxattr(world.canary, "user.harm", b"x")
