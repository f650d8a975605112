"""The guest changes the mode of what a link that was there leads to."""


def host(world):
    (world.box / "link").symlink_to(world.canary)


def guest(world):
    (world.box / "link").chmod(0o400)
