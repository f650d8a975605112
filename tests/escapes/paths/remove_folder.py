"""The guest removes a folder."""


def guest(world):
    (world.outside / "folder").rmdir()
