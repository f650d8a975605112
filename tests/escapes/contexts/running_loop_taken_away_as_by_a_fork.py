"""
No loop is said to run any more: asyncio's own function says so, which is called in forked children.
since: 3.12
until: 3.13
"""

import asyncio
from asyncio import events

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
    loop.call_soon(lambda: world.attempt(events.on_fork))
    future = loop.create_future()
    loop.call_soon(future.set_result, 1)
    await future
    await Awaitable()
