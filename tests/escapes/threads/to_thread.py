"""A thread of asyncio's does the harm."""

import asyncio


def guest(world):
    asyncio.run(asyncio.to_thread(world.harm))
