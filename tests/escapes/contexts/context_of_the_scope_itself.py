"""A task is given the very context in which the scope was entered, which is free again when the block ends."""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def hold():
        with manager:
            guest(world)
        await world.task

    async def main():
        world.context = contextvars.copy_context()
        await asyncio.create_task(hold(), context=world.context)

    asyncio.run(main())


def guest(world):
    async def work():
        await asyncio.sleep(0)
        world.harm()

    world.task = asyncio.create_task(work(), context=world.context)
