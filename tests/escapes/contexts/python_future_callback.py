"""The callback of a future of asyncio's Python implementation is given a context of the host's."""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        world.future = asyncio.futures._PyFuture(loop=asyncio.get_running_loop())
        with manager:
            guest(world)
        world.future.set_result(None)
        await asyncio.sleep(0.01)

    asyncio.run(main())


def guest(world):
    world.future.add_done_callback(world.harm, context=world.context)
