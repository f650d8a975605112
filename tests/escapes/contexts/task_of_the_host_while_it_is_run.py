"""Make a task with a context of the host's while that is run, and holds what is in force for a moment."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    async def body():
        world.harm()

    coroutine = body()
    world.context.run(lambda: asyncio.get_running_loop().create_task(coroutine, context=world.context))
