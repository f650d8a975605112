"""A keyword's name does the harm when it is compared with the names of a trusted function's parameters."""

from fastaudit import trusted


def host(world):
    world.plain = lambda argument=None: None
    world.tool = trusted(world.plain)


def guest(world):
    class Name(str):
        __hash__ = str.__hash__

        def __eq__(self, other):
            world.harm()
            return False

    names = {Name("other"): 1}
    world.attempt(world.tool, **names)
    world.attempt(world.tool.__closure__[0].cell_contents, **names)
    world.plain(**names)
