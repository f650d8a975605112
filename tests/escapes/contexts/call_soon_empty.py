"""A callback of the loop is given an empty context."""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        await asyncio.sleep(0.01)

    asyncio.run(main())


def guest(world):
    asyncio.get_running_loop().call_soon(world.harm, context=contextvars.Context())
