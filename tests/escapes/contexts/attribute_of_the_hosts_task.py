"""The guest's function stands in the place of `cancel` of the host's task, which the host cancels."""

import asyncio
import contextlib

import hosts


def enter(world, manager, guest):
    async def main():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hosts.decorated(manager, guest)(world), 0.01)

    asyncio.run(main())


async def guest(world):
    task = asyncio.current_task()

    def cancel(*_, **__):
        del task.cancel
        world.attempt(world.harm)
        return task.cancel()

    task.cancel = cancel
    await asyncio.sleep(0.1)
