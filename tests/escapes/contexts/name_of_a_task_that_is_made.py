"""
A task is made with a name that shows itself when the host shows all tasks.
unseen: the name becomes a plain one
"""

import asyncio


def enter(world, manager, guest):
    async def main():
        with manager:
            task = guest(world)
        asyncio.current_task().set_name(task.get_name())
        repr(asyncio.current_task())
        await task

    asyncio.run(main())


def guest(world):
    class Name(str):
        def __str__(self):
            return self

        def __repr__(self):
            world.attempt(world.harm)
            return ""

    return asyncio.create_task(asyncio.sleep(0), name=Name("name"))
