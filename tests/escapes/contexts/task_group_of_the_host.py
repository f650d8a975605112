"""A task group is given a context of the host's."""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        with manager:
            await guest(world)

    asyncio.run(main())


async def guest(world):
    async def work():
        world.harm()

    async with asyncio.TaskGroup() as group:
        group.create_task(work(), context=world.context)
