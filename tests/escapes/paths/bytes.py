"""A path is given as bytes."""

import os


def guest(world):
    with open(os.fsencode(world.canary), "wb") as file:
        file.write(b"harmed")
