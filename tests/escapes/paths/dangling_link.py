"""A link that leads to nothing makes the file where it leads."""


def host(world):
    (world.box / "link").symlink_to(world.outside / "new")


def guest(world):
    (world.box / "link").write_text("harmed")
