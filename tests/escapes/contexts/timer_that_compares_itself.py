"""
A timer is due at a number of the guest's, which the loop compares with those of the host's timers.
unseen: the number becomes a plain one
"""

import asyncio


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        await asyncio.sleep(0.01)

    asyncio.run(main())


def guest(world):
    class Number(float):
        def __lt__(self, other):
            world.attempt(world.harm)
            return float.__lt__(self, other)

        def __gt__(self, other):
            world.attempt(world.harm)
            return float.__gt__(self, other)

    loop = asyncio.get_running_loop()
    loop.call_at(Number(loop.time() + 60), print)
