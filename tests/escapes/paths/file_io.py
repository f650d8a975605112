"""A file is opened by the type beneath."""

import io


def guest(world):
    io.FileIO(str(world.canary), "w").close()
