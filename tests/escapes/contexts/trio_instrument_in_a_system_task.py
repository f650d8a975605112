"""
Add an instrument to trio's runner in a task of the system, which is the runner's own.
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
    class Watch(trio.abc.Instrument):
        def before_io_wait(self, timeout):
            world.attempt(world.harm)

    async def add():
        world.attempt(trio.lowlevel.add_instrument, Watch())

    trio.lowlevel.spawn_system_task(add)
    trio.lowlevel.current_trio_token().run_sync_soon(world.attempt, trio.lowlevel.add_instrument, Watch())
