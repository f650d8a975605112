"""
A handle with a context of the host's is put into the loop's own queue.
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
    loop = asyncio.get_running_loop()
    loop._ready.append(asyncio.Handle(world.harm, (), loop, world.context))
