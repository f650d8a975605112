"""
What a trusted function looks up in its module is replaced.
held: no: looks up when it runs
"""

from fastaudit import trusted


def helper():
    """Do nothing."""


def host(world):
    world.tool = trusted(lambda: helper())


def guest(world):
    world.tool.__wrapped__.__globals__["helper"] = world.harm
    world.tool()
