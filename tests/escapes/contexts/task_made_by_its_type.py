"""A task is made by its type, with a context of the host's."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    async def work():
        await asyncio.sleep(0)
        world.harm()

    world.task = asyncio.Task(work(), loop=asyncio.get_running_loop(), context=world.context)
