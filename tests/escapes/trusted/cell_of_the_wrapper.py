"""The closure of the function that calls a trusted one is given the harm."""

from fastaudit import trusted


def host(world):
    world.tool = trusted(lambda: None)


def guest(world):
    world.tool.__closure__[0].cell_contents = world.harm
    world.tool()
