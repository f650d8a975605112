"""
Add instruments to trio's runner through the runner itself, and by what its lists are made of.
needs: trio
"""

import trio
from trio._core._run import GLOBAL_RUN_CONTEXT


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        await trio.sleep(0.05)

    trio.run(main)


def guest(world):
    class Watch(trio.abc.Instrument):
        def task_scheduled(self, task):
            world.attempt(world.harm)

        before_task_step = after_task_step = task_scheduled

    instruments = GLOBAL_RUN_CONTEXT.runner.instruments
    world.attempt(instruments.add_instrument, Watch())
    world.attempt(type(instruments).add_instrument, instruments, Watch())
