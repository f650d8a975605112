"""A link to a folder outside was there already, and the path goes through it."""


def host(world):
    (world.box / "link").symlink_to(world.outside)


def guest(world):
    (world.box / "link" / "new").write_text("harmed")
