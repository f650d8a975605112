"""A callback that is added to the host's task shows itself when the host shows the task."""

import asyncio


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        repr(asyncio.current_task())

    asyncio.run(main())


def guest(world):
    class Callback:
        def __call__(self, task):
            pass

        def __repr__(self):
            world.attempt(world.harm)
            return ""

    asyncio.current_task().add_done_callback(Callback())
