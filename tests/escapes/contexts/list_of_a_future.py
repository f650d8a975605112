"""A future shows its own list of callbacks when the first was taken away: more are put into it.
until: 3.12
unseen: what it shows is a copy
"""

import asyncio
import contextvars


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        world.future = asyncio.get_running_loop().create_future()
        with manager:
            guest(world)
        world.future.set_result(None)
        await asyncio.sleep(0.01)

    asyncio.run(main())


def guest(world):
    world.future.add_done_callback(print)
    world.future.add_done_callback(len)
    world.future.remove_done_callback(print)
    world.future._callbacks.append((world.harm, world.context))
    world.future.remove_done_callback(len)
