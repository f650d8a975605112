"""A file object of the guest's is initialised again, with another path."""

import io


def guest(world):
    file = io.FileIO(world.box / "mine", "w")
    file.__init__(str(world.canary), "w")
    file.close()
