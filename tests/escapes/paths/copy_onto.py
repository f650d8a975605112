"""A file is copied onto the canary by the fast ways of shutil."""

import shutil


def guest(world):
    (world.box / "mine").write_text("harmed")
    shutil.copyfile(world.box / "mine", world.canary)
