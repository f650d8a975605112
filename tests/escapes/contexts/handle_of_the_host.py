"""A handle with a context of the host's is run by hand."""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        with manager:
            guest(world)

    asyncio.run(main())


def guest(world):
    asyncio.Handle(world.harm, (), asyncio.get_running_loop(), world.context)._run()
