"""What a trusted function wraps gets other code, defaults and another function behind its partial."""

import functools

from fastaudit import trusted


def host(world):
    def plain(act=int):
        act()

    world.plain = plain
    world.tools = [trusted(plain), trusted(functools.partial(plain))]


def guest(world):
    world.plain.__defaults__ = (world.harm,)
    world.attempt(setattr, world.plain, "__code__", (lambda act: act()).__code__)
    world.tools[1].__wrapped__.__setstate__((world.harm, (), {}, None))
    for tool in world.tools:
        world.attempt(tool)
    for tool in world.tools:
        tool.__wrapped__()
