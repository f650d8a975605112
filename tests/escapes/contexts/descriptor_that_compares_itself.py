"""
A descriptor is a number of the guest's, which the loop compares with those of the host's.
unseen: the number becomes a plain one
"""

import asyncio
import os


def enter(world, manager, guest):
    async def main():
        loop = asyncio.get_running_loop()
        reading, writing = os.pipe()
        with manager:
            guest(world, reading)
        loop.remove_reader(reading)
        os.close(reading)
        os.close(writing)

    asyncio.run(main())


def guest(world, descriptor):
    class Number(int):
        def __eq__(self, other):
            world.attempt(world.harm)
            return int(self) == other

        __hash__ = int.__hash__

    asyncio.get_running_loop().add_reader(Number(descriptor), print)
