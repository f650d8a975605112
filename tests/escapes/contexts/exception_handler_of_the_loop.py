"""The host's loop is given a handler, which it calls when something of the host's goes wrong."""

import asyncio


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.01)

    asyncio.run(main())


def guest(world):
    asyncio.get_running_loop().set_exception_handler(lambda *_: world.attempt(world.harm))
