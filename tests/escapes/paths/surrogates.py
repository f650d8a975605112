"""A path has bytes that are no text."""

import os


def guest(world):
    with open(world.outside / os.fsdecode(b"\xff\xfe"), "w") as file:
        file.write("x")
