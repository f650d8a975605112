"""Callbacks of a loop of uvloop's are given a context of the host's.
needs: uvloop
"""

import asyncio
import contextvars

import uvloop


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        with manager:
            guest(world)
        await asyncio.sleep(0.05)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def guest(world):
    loop = asyncio.get_running_loop()
    loop.call_soon(world.harm, context=world.context)
    loop.call_soon_threadsafe(world.harm, context=world.context)
    loop.call_later(0.001, world.harm, context=world.context)
    loop.call_at(loop.time(), world.harm, context=world.context)
