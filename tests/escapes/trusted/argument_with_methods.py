"""
A trusted function is given an object whose methods do the harm.
held: no: what arguments do that are no plain data
"""

from fastaudit import trusted


def host(world):
    world.tool = trusted(lambda text: str(text))


def guest(world):
    class Text:
        def __str__(self):
            world.harm()
            return ""

    world.tool(Text())
