"""A link that is harmless where it lies leads out when it is moved up."""


def host(world):
    (world.box / "a").mkdir()
    (world.box / "outside").mkdir()
    (world.box / "a" / "link").symlink_to("../outside")


def guest(world):
    (world.box / "a" / "link").rename(world.box / "link")
    (world.box / "link" / "new").write_text("harmed")
