"""The host gives up waiting for a decorated coroutine, which waits for a future whose cancel() is its own."""

import asyncio

import hosts

enter = hosts.decorated_and_given_up


async def guest(world):
    class Future(asyncio.Future):
        def cancel(self, *_, **__):
            world.attempt(world.harm)

    future = Future()
    asyncio.get_running_loop().call_later(0.05, future.set_result, 1)
    await future
