"""The guest gives the canary a second name in its folder and writes there."""

import os


def guest(world):
    os.link(world.canary, world.box / "mine")
    (world.box / "mine").write_text("harmed")
