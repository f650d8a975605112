"""A task, a callback and a callback of a future are given a context of the host's while the guest itself is in it."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    loop = asyncio.get_running_loop()

    async def work():
        await asyncio.sleep(0)
        world.harm()

    def give():
        loop.call_soon(world.harm, context=world.context)
        world.task = loop.create_task(work(), context=world.context)
        world.future = loop.create_future()
        world.future.add_done_callback(world.harm, context=world.context)

    world.context.run(give)
    world.future.set_result(None)
