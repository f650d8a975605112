"""The same of a task of asyncio's Python implementation."""

import asyncio
import contextlib


def enter(world, manager, guest):
    async def wait():
        with manager:
            await guest(world)

    async def main():
        task = asyncio.tasks._PyTask(wait(), loop=asyncio.get_running_loop())
        await asyncio.sleep(0.01)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())


async def guest(world):
    class Future(asyncio.Future):
        def cancel(self, *args, **options):
            world.attempt(world.harm)
            return super().cancel(*args, **options)

    await Future()
