"""The loop's own pool, made by the host, does the harm."""

import asyncio


def enter(world, manager, guest):
    async def main():
        await asyncio.to_thread(int)
        with manager:
            await guest(world)

    asyncio.run(main())


async def guest(world):
    await asyncio.get_running_loop().run_in_executor(None, world.harm)
