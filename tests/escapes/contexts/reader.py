"""A callback waits for a descriptor until the sandbox has been left."""

import asyncio
import os


def enter(world, manager, guest):
    async def main():
        world.ends = os.pipe()
        with manager:
            guest(world)
        os.write(world.ends[1], b"x")
        await asyncio.sleep(0.01)
        asyncio.get_running_loop().remove_reader(world.ends[0])

    asyncio.run(main())


def guest(world):
    asyncio.get_running_loop().add_reader(world.ends[0], world.harm)
