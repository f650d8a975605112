"""A callback of a task of the host's is given a context of the host's."""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        world.task = asyncio.get_running_loop().create_task(asyncio.sleep(0))
        with manager:
            guest(world)
        await asyncio.sleep(0.01)

    asyncio.run(main())


def guest(world):
    world.task.add_done_callback(world.harm, context=world.context)
