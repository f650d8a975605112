"""The same with a loop of uvloop's.
needs: uvloop
"""

import asyncio

import uvloop


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0.01)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def guest(world):
    asyncio.get_running_loop().set_exception_handler(lambda *_: world.attempt(world.harm))
