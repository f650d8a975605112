"""A path has many slashes, and one more at its end for a folder."""

import os


def guest(world):
    os.mkdir(f"{world.box}//..///outside////new/")
