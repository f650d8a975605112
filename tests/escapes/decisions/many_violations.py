"""The record is filled until it takes no more, and then the harm is done."""


def guest(world):
    for number in range(3_000):
        try:
            open(world.outside / "folder" / f"x{number}").close()
        except OSError:
            pass
    world.harm()
