"""The guest gives the loop a pool of its own making, and a thread of it does the harm."""

import asyncio
import concurrent.futures


def enter(world, manager, guest):
    async def main():
        with manager:
            await guest(world)

    asyncio.run(main())


async def guest(world):
    loop = asyncio.get_running_loop()
    loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1))
    await loop.run_in_executor(None, world.harm)
