"""A task is given a context of the host's."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    async def work():
        world.harm()

    world.task = asyncio.get_running_loop().create_task(work(), context=world.context)
