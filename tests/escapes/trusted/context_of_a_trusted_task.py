"""The context of a task that a trusted function started runs the harm, and tasks and callbacks that do it."""

import asyncio
import contextvars

from fastaudit import trusted


def host(world):
    @trusted
    def start():
        context = contextvars.copy_context()
        return asyncio.get_running_loop().create_task(asyncio.sleep(0.01), context=context), context

    world.start = start


def guest(world):
    async def main():
        task, context = world.start()

        async def harm():
            world.attempt(world.harm)

        task.add_done_callback(lambda _: world.attempt(world.harm), context=context)
        await asyncio.get_running_loop().create_task(harm(), context=context)
        await task
        await asyncio.sleep(0)
        context.run(world.harm)

    asyncio.run(main())
