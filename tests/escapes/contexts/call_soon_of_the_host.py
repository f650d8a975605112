"""
A callback of the loop is given a context of the host's.
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
    asyncio.get_running_loop().call_soon(world.harm, context=world.context)
