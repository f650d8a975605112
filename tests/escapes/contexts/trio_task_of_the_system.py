"""Have trio's runner call something soon, and run a task in its own context.
needs: trio
"""

import trio


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        await trio.sleep(0.05)

    trio.run(main)


def guest(world):
    async def work():
        world.attempt(world.harm)

    trio.lowlevel.current_trio_token().run_sync_soon(world.attempt, world.harm)
    trio.lowlevel.spawn_system_task(work)
