"""The guest's function stands in the place of `result` of a future of the host's, which the host asks for it."""

import asyncio


def enter(world, manager, guest):
    async def main():
        future = asyncio.get_running_loop().create_future()
        with manager:
            guest(world, future)
        future.set_result(None)
        future.result()

    asyncio.run(main())


def guest(world, future):
    future.result = world.harm
