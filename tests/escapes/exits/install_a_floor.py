"""The guest gives the process a floor that allows everything."""

from fastaudit import Policy, install


def guest(world):
    install(Policy.unrestricted())
    world.harm()
