"""
A trusted and an adapted coroutine ask for the running loop, and get one of the guest's.
held: no: the loop that is said to run
"""

import asyncio

from fastaudit import adapt, trusted


def host(world):
    async def wait():
        await asyncio.get_running_loop().create_future()

    world.tools = [trusted(wait), adapt(wait)]


def guest(world):
    class Loop:
        def create_future(self):
            world.attempt(world.harm)

    for tool in world.tools:
        asyncio._set_running_loop(Loop())
        world.attempt(tool().send, None)
        asyncio._set_running_loop(None)
