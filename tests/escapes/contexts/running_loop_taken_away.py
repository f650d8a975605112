"""
No loop is said to run any more: then nobody would look at what a decorated coroutine yields.
until: 3.13
"""

import asyncio

import hosts

enter = hosts.awaited


async def guest(world):
    class Yielded:
        def __repr__(self):
            world.harm()
            return ""

    class Awaitable:
        def __await__(self):
            yield Yielded()

    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: world.attempt(asyncio._set_running_loop, None))
    future = loop.create_future()
    loop.call_soon(future.set_result, 1)
    await future
    await Awaitable()
