"""The same executor for a loop of uvloop's.
needs: uvloop
"""

import asyncio
import concurrent.futures

import hosts
import uvloop


def enter(world, manager, guest):
    hosts.before_a_job(world, manager, guest, uvloop.new_event_loop)


def guest(world):
    class Executor(concurrent.futures.ThreadPoolExecutor):
        def submit(self, *args, **options):
            world.attempt(world.harm)
            return super().submit(*args, **options)

    asyncio.get_running_loop().set_default_executor(Executor(1))
