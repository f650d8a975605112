"""
The host's task is given a name that shows itself when the host shows the task.
unseen: the name becomes a plain one
"""

import asyncio


def enter(world, manager, guest):
    async def main():
        with manager:
            guest(world)
        repr(asyncio.current_task())

    asyncio.run(main())


def guest(world):
    class Name(str):
        def __str__(self):
            return self

        def __repr__(self):
            world.attempt(world.harm)
            return ""

    asyncio.current_task().set_name(Name("name"))
