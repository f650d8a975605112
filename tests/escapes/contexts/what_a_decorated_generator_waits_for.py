"""A decorated asynchronous generator waits for an object of its own, which the host's task asks."""

import asyncio

import hosts


def enter(world, manager, guest):
    async def main():
        async for _ in hosts.decorated(manager, guest)(world):
            pass

    asyncio.run(main())


async def guest(world):
    class Future(asyncio.Future):
        def add_done_callback(self, *args, **options):
            world.attempt(world.harm)
            return super().add_done_callback(*args, **options)

    future = Future()
    asyncio.get_running_loop().call_soon(future.set_result, 1)
    await future
    yield 1
