"""Nobody asks for the exception of a guest's task: it is reported, and shows itself, when the task is let go of."""

import asyncio
import gc

import hosts


def enter(world, manager, guest):
    hosts.in_a_loop_that_reports(world, manager, guest)
    gc.collect()


def guest(world):
    class Error(Exception):
        def __str__(self):
            world.attempt(world.harm)
            return ""

    async def fail():
        raise Error

    asyncio.get_running_loop().create_task(fail())
