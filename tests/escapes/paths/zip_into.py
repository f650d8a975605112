"""A zip archive is unpacked outside."""

import zipfile


def guest(world):
    with zipfile.ZipFile(world.box / "a.zip", "w") as archive:
        archive.writestr("new", "x")
    with zipfile.ZipFile(world.box / "a.zip") as archive:
        archive.extractall(world.outside)
