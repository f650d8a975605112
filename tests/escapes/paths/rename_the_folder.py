"""The guest moves its folder away and links what lies outside to its name."""

import os


def guest(world):
    os.rename(world.box, world.box.with_name("moved"))
    os.symlink(world.outside, world.box)
    (world.box / "canary").write_text("harmed")
