"""
The loop watches an object of the guest's for a callback that was cancelled, and asks the object for its number.
unseen: the object is asked once, inside, where it does not try
"""

import asyncio
import os


def enter(world, manager, guest):
    async def main():
        reading, writing = os.pipe()
        os.write(writing, b"x")
        with manager:
            guest(world, reading)
        world.outside_now = True
        await asyncio.sleep(0.01)
        os.close(reading)
        os.close(writing)

    world.outside_now = False
    asyncio.run(main())


def guest(world, descriptor):
    class File:
        def fileno(self):
            if world.outside_now:
                world.attempt(world.harm)
            return descriptor

    asyncio.get_running_loop()._add_reader(File(), print).cancel()
