"""
A task that is there is initialised again, with a context of the host's.
until: 3.14
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
    async def nothing():
        pass

    async def work():
        world.harm()

    loop = asyncio.get_running_loop()
    world.task = asyncio.Task(nothing(), loop=loop)
    world.task.__init__(work(), loop=loop, context=world.context)
