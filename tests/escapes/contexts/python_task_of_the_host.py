"""
A task of asyncio's Python implementation is given a context of the host's.
held: no: found and handed to an event loop
"""

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

    loop = asyncio.get_running_loop()
    world.task = asyncio.tasks._PyTask(work(), loop=loop, context=world.context)
