"""
What the host's task waits for, for a decorated coroutine, is given another cancel(), and the host gives up.
unseen: it cannot be given one
"""

import asyncio
import contextlib

import hosts


def enter(world, manager, guest):
    async def main():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hosts.decorated(manager, guest)(world), 0.02)

    asyncio.run(main())


async def guest(world):
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def change():
        task._fut_waiter.cancel = lambda *_, **__: world.attempt(world.harm)

    loop.call_soon(change)
    future = loop.create_future()
    loop.call_later(0.05, future.set_result, 1)
    await future
