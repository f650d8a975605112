"""The guest gives a file of its own a name outside."""

import os


def guest(world):
    (world.box / "mine").write_text("x")
    os.link(world.box / "mine", world.outside / "new")
