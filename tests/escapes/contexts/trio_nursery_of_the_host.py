"""
A task is started in a nursery of the host's, from a clean-up in a cancelled block.
needs: trio
"""

import trio


def enter(world, manager, guest):
    async def main():
        async with trio.open_nursery() as world.nursery:
            with trio.CancelScope() as scope, manager:
                scope.cancel()
                await guest(world)

    trio.run(main)


async def guest(world):
    async def work():
        world.attempt(world.harm)
        await trio.lowlevel.checkpoint()
        world.attempt(world.harm)

    try:
        await trio.lowlevel.checkpoint()
    finally:
        world.nursery.start_soon(work)
        trio.lowlevel.current_root_task().child_nurseries[0].start_soon(work)
