"""A task does its harm after the sandbox has been left."""

import asyncio


def enter(world, manager, guest):
    async def main():
        world.left = asyncio.Event()
        with manager:
            guest(world)
        world.left.set()
        await asyncio.wait([world.task])

    asyncio.run(main())


def guest(world):
    async def work():
        await world.left.wait()
        world.harm()

    world.task = asyncio.get_running_loop().create_task(work())
