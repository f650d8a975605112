"""The guest's function stands in the place of `cancel` of the host's task, which the host cancels."""

import asyncio

import hosts

enter = hosts.decorated_and_given_up


async def guest(world):
    task = asyncio.current_task()

    def cancel(*_, **__):
        del task.cancel
        world.attempt(world.harm)
        return task.cancel()

    task.cancel = cancel
    await asyncio.sleep(0.1)
