"""A task is given a context of the host's."""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        with manager:
            guest(world)
        await asyncio.sleep(0.01)

    asyncio.run(main())


def guest(world):
    async def work():
        world.harm()

    world.task = asyncio.get_running_loop().create_task(work(), context=world.context)
