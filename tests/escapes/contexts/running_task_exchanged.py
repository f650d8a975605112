"""Something else than the host's task is said to run, which the host's next step shows in an error."""

import asyncio

import hosts


def enter(world, manager, guest):
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(hosts.decorated(manager, guest)(world))
    finally:
        loop.close()


async def guest(world):
    class Shown:
        def __repr__(self):
            world.attempt(world.harm)
            return ""

    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asyncio.tasks._leave_task(loop, task)
    asyncio.tasks._enter_task(loop, Shown())
