"""The guest finds an async stack of managers and closes it."""

import asyncio
import contextlib
import sys


def enter(world, manager, guest):
    async def main():
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(manager)
            await guest(world)

    asyncio.run(main())


async def guest(world):
    frame = sys._getframe()
    while "stack" not in frame.f_locals:
        frame = frame.f_back
    with contextlib.suppress(Exception):
        await frame.f_locals["stack"].aclose()
    world.harm()
