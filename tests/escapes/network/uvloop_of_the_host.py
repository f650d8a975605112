"""Connect by the running loop of the host, which is one of uvloop's.
harm: network
needs: uvloop
"""

import asyncio

import uvloop


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        await asyncio.sleep(0.05)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def guest(world):
    loop = asyncio.get_running_loop()
    world.tasks = [
        loop.create_task(loop.create_connection(asyncio.Protocol, host, world.port))
        for host in ("127.0.0.1", "localhost")
    ]
