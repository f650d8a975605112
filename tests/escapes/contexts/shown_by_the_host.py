"""The host shows a task, which shows what it waits for."""

import asyncio


def enter(world, manager, guest):
    async def wait():
        with manager:
            await guest(world)

    async def main():
        task = asyncio.create_task(wait())
        await asyncio.sleep(0.01)
        repr(task)
        await task

    asyncio.run(main())


async def guest(world):
    class Future(asyncio.Future):
        def __repr__(self):
            world.attempt(world.harm)
            return ""

    future = Future()
    asyncio.get_running_loop().call_later(0.05, future.set_result, 1)
    await future
