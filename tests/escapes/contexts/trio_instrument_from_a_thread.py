"""
Add an instrument to trio's runner from one of its threads, which asks the runner to do it.
needs: trio
"""

import trio


def enter(world, manager, guest):
    async def main():
        with manager:
            await trio.to_thread.run_sync(guest, world)
        await trio.sleep(0.05)

    trio.run(main)


def guest(world):
    class Watch(trio.abc.Instrument):
        def before_io_wait(self, timeout):
            world.attempt(world.harm)

    trio.from_thread.run_sync(trio.lowlevel.add_instrument, Watch())
