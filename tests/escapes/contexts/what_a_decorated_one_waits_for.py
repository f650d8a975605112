"""A decorated coroutine waits for an object of its own, which the host's task asks for its loop and its result."""

import asyncio

import hosts

enter = hosts.awaited


async def guest(world):
    class Future(asyncio.Future):
        def get_loop(self):
            world.attempt(world.harm)
            return super().get_loop()

        def result(self):
            world.attempt(world.harm)
            return super().result()

    future = Future()
    asyncio.get_running_loop().call_soon(future.set_result, 1)
    await future
