"""The guest moves a file of its own onto the canary."""

import os


def guest(world):
    (world.box / "mine").write_text("harmed")
    os.replace(world.box / "mine", world.canary)
