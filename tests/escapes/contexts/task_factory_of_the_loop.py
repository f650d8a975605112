"""The host's loop is given a factory, which makes the host's tasks."""

import asyncio


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        await asyncio.create_task(asyncio.sleep(0))

    asyncio.run(main())


def guest(world):
    def make(loop, body, **options):
        world.attempt(world.harm)
        return asyncio.Task(body, loop=loop, **options)

    asyncio.get_running_loop().set_task_factory(make)
