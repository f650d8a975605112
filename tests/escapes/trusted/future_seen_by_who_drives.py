"""
A trusted and an adapted coroutine wait for something; who drives them gives it another result.
held: no: the future that it waits for
"""

import asyncio

from fastaudit import adapt, trusted


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)

    asyncio.run(main())


def host(world):
    async def number():
        return int(await asyncio.get_running_loop().create_future())

    world.tools = [trusted(number), adapt(number)]


def guest(world):
    class Trap:
        def __int__(self):
            world.attempt(world.harm)
            return 0

    for tool in world.tools:
        body = tool()
        body.send(None).set_result(Trap())
        world.attempt(body.send, None)
