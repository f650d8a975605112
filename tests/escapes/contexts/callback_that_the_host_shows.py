"""A callback that is added to the host's future shows itself when the host shows the future."""

import asyncio


def enter(world, manager, guest):
    async def main():
        future = asyncio.get_running_loop().create_future()
        with manager:
            guest(world, future)
        repr(future)

    asyncio.run(main())


def guest(world, future):
    class Callback:
        def __call__(self, future):
            pass

        def __repr__(self):
            world.attempt(world.harm)
            return ""

    future.add_done_callback(Callback())
