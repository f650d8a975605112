"""A task is made by its type, with a context of the host's."""

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
        await asyncio.sleep(0)
        world.harm()

    world.task = asyncio.Task(work(), loop=asyncio.get_running_loop(), context=world.context)
