"""A task of asyncio's Python implementation is given a context of the host's."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    async def work():
        await asyncio.sleep(0)
        world.harm()

    loop = asyncio.get_running_loop()
    world.task = asyncio.tasks._PyTask(work(), loop=loop, context=world.context)
