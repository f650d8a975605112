"""
A task that is there is initialised again, with a context of the host's.
until: 3.14
"""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    async def nothing():
        pass

    async def work():
        world.harm()

    loop = asyncio.get_running_loop()
    world.task = asyncio.Task(nothing(), loop=loop)
    world.task.__init__(work(), loop=loop, context=world.context)
