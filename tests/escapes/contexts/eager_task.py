"""
A task that starts at once is given a context of the host's.
since: 3.12
"""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        world.context = contextvars.copy_context()
        with manager:
            guest(world)
        await asyncio.sleep(0.01)

    asyncio.run(main())


def guest(world):
    async def work():
        await asyncio.sleep(0)
        world.harm()

    world.task = asyncio.get_running_loop().create_task(work(), context=world.context)
