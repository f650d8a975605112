"""
A task of trio's is given another context, which it asked another task for.
held: no: what a task of trio's holds
needs: trio
"""

import trio


def enter(world, manager, guest):
    async def main():
        async with trio.open_nursery() as nursery:
            with manager:
                nursery.start_soon(guest, world)

    trio.run(main)


async def guest(world):
    task = trio.lowlevel.current_task()
    task.context = task.parent_nursery.parent_task.context
    await trio.lowlevel.checkpoint()
    world.attempt(world.harm)
