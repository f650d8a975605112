"""What wakes a task of the host's is added to a future of the guest's, which it asks for a result, in the task's context."""

import asyncio


def enter(world, manager, guest):
    async def wait(future):
        await future
        await asyncio.sleep(0.05)

    async def main():
        world.future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(wait(world.future))
        await asyncio.sleep(0)
        with manager:
            guest(world)
        await task

    asyncio.run(main())


def guest(world):
    class Future(asyncio.Future):
        def result(self):
            world.attempt(world.harm)

    ((wake_up, context),) = world.future._callbacks
    mine = Future()
    context.run(lambda: mine.add_done_callback(wake_up, context=context))
    mine.set_result(None)
    world.future.set_result(None)
