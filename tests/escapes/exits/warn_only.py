"""The guest enters a scope of its own that only warns."""

from fastaudit import Policy, sandbox


def guest(world):
    with sandbox(Policy(), mode="warn"):
        world.harm()
