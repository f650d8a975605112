"""An opener of the guest's opens another file than the one named."""

import os


def guest(world):
    with open(world.box / "mine", "w", opener=lambda _, flags: os.open(world.canary, flags)) as file:
        file.write("harmed")
