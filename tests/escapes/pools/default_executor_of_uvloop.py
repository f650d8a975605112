"""The same executor for a loop of uvloop's.
needs: uvloop
"""

import asyncio
import concurrent.futures

import uvloop


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)

    async def work():
        await asyncio.get_running_loop().run_in_executor(None, int)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            runner.run(main())
        finally:
            runner.run(work())


def guest(world):
    class Executor(concurrent.futures.ThreadPoolExecutor):
        def submit(self, *args, **options):
            world.attempt(world.harm)
            return super().submit(*args, **options)

    asyncio.get_running_loop().set_default_executor(Executor(1))
