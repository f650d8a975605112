"""The guest swallows every refusal and tries again, ten thousand times."""


def guest(world):
    for _ in range(10_000):
        try:
            world.harm()
            return
        except PermissionError:
            pass
