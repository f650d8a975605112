"""
Add an instrument to trio's runner.
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

    trio.lowlevel.add_instrument(Watch())
