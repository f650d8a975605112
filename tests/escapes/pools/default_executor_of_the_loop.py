"""The host's loop is given an executor of the guest's class, which the host's jobs are handed to."""

import asyncio
import concurrent.futures


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)

    async def work():
        await asyncio.get_running_loop().run_in_executor(None, int)

    with asyncio.Runner() as runner:
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
