"""What wakes a task of asyncio's Python implementation is added to a future, inside a context of the host's."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    async def wait():
        await future
        world.harm()

    loop = asyncio.get_running_loop()
    future = loop.create_future()
    task = asyncio.tasks._PyTask(wait(), loop=loop)
    task._context = world.context
    wake_up = task._Task__wakeup
    world.context.run(lambda: future.add_done_callback(wake_up, context=world.context))
    future.add_done_callback(task._Task__wakeup)
    loop.call_later(0.01, future.set_result, None)
