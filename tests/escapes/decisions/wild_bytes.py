"""A path has bytes and lengths that are awkward to show."""


def guest(world):
    for name in ("\n\r\x1b[0m", "\U0001f600", "a" * 250, "%s%n{}", "'\"\\"):
        world.attempt((world.outside / name).write_text, "x")
