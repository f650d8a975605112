"""
A descriptor that is written to is a number of the guest's, for a loop of uvloop's.
needs: uvloop
unseen: the number becomes a plain one
"""

import asyncio
import os

import uvloop


def enter(world, manager, guest):
    async def main():
        loop = asyncio.get_running_loop()
        reading, writing = os.pipe()
        with manager:
            guest(world, writing)
        loop.remove_writer(writing)
        os.close(reading)
        os.close(writing)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def guest(world, descriptor):
    class Number(int):
        def __eq__(self, other):
            world.attempt(world.harm)
            return int(self) == other

        __hash__ = int.__hash__

    asyncio.get_running_loop().add_writer(Number(descriptor), print)
