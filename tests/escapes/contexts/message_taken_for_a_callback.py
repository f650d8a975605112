"""
A task of a loop of the guest's has a context for its cancel message, so that what it visits looks like a callback and its context.
until: 3.13
"""

import asyncio
import collections.abc
import contextvars


def enter(world, manager, guest):
    async def main():
        hosts = contextvars.copy_context()
        with manager:
            task = guest(world, asyncio.get_running_loop(), hosts)
        await asyncio.sleep(0.05)
        del task

    asyncio.run(main())


def guest(world, loop, hosts):
    class Loop:
        def get_debug(self):
            return False

        def call_soon(self, callback, *args, context=None):
            return loop.call_soon(callback, *args, context=context)

        def __call__(self, task):
            world.harm()

    class Body:
        def send(self, value):
            return self.throw()

        def throw(self, *error):
            loop.call_soon(task._loop, task, context=hosts)
            raise StopIteration

        def close(self):
            pass

    collections.abc.Coroutine.register(Body)
    task = asyncio.Task(Body(), loop=Loop())
    task._cancel_message = hosts
    return task
