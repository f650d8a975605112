"""Leave callbacks of every kind with a loop of uvloop's, which copies contexts by itself.
needs: uvloop
"""

import asyncio
import contextvars
import socket

import uvloop


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        with manager:
            guest(world)
        world.there.send(b"x")
        await asyncio.sleep(0.05)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def guest(world):
    loop = asyncio.get_running_loop()
    here, world.there = socket.socketpair()

    async def harm():
        world.harm()

    def read():
        loop.remove_reader(here)
        world.harm()

    loop.call_soon(world.harm)
    loop.call_later(0.001, world.harm)
    loop.call_soon_threadsafe(world.harm)
    loop.add_reader(here, read)
    world.task = loop.create_task(harm(), context=world.context)
    loop.run_in_executor(None, world.harm)
