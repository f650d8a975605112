"""Make a task in the very context in which the scope was entered, and outlive the scope in it.
since: 3.12
"""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    async def work():
        await asyncio.sleep(0)
        world.harm()

    context = asyncio.current_task().get_context()
    world.task = asyncio.get_running_loop().create_task(work(), context=context)
