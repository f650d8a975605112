"""
Something that is no task is registered as one, and the host asks for all tasks.
until: 3.13
"""

import asyncio


def enter(world, manager, guest):
    kept = []

    async def main():
        with manager:
            kept.append(guest(world))
        asyncio.all_tasks()

    asyncio.run(main())


def guest(world):
    class Task:
        def __init__(self, loop):
            self.loop = loop

        def get_loop(self):
            world.attempt(world.harm)
            return self.loop

        def done(self):
            return True

    task = Task(asyncio.get_running_loop())
    asyncio.tasks._register_task(task)
    return task
