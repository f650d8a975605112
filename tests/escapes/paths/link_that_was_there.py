"""A link that leads out of the granted folder was there already."""


def host(world):
    (world.box / "link").symlink_to(world.canary)


def guest(world):
    (world.box / "link").write_text("harmed")
