"""The guest touches the canary, which exists."""


def guest(world):
    world.canary.touch()
