"""The host's loop is given an executor of the guest's class, which the host's jobs are handed to."""

import asyncio
import concurrent.futures

import hosts

enter = hosts.before_a_job


def guest(world):
    class Executor(concurrent.futures.ThreadPoolExecutor):
        def submit(self, *args, **options):
            world.attempt(world.harm)
            return super().submit(*args, **options)

    asyncio.get_running_loop().set_default_executor(Executor(1))
