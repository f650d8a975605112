"""A file is opened by the implementation of open() in Python."""

import _pyio


def guest(world):
    with _pyio.open(str(world.canary), "w") as file:
        file.write("harmed")
