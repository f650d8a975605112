"""
A timer of the loop is given a context of the host's.
held: no: call_later
"""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        with manager:
            guest(world)
        await asyncio.sleep(0.05)

    asyncio.run(main())


def guest(world):
    asyncio.get_running_loop().call_later(0.001, world.harm, context=world.context)
