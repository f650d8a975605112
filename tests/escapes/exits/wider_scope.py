"""The guest enters a scope of its own that allows everything."""

from fastaudit import Policy, sandbox


def guest(world):
    with sandbox(Policy.unrestricted()):
        world.harm()
