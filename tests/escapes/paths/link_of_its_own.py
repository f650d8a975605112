"""The guest makes a link out of its folder and writes through it."""


def guest(world):
    (world.box / "link").symlink_to(world.canary)
    (world.box / "link").write_text("harmed")
