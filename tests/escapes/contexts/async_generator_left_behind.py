"""An async generator that the guest leaves half way does its harm when the loop closes it."""

import asyncio


def enter(world, manager, guest):
    async def main():
        with manager:
            await guest(world)
        await asyncio.sleep(0)

    asyncio.run(main())


async def guest(world):
    async def body():
        try:
            yield
        finally:
            world.harm()

    async for _ in body():
        break
