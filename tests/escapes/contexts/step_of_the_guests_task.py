"""A step of a task of the guest's is given to the host's loop, with a context of the host's."""

import asyncio

import hosts

enter = hosts.in_a_loop


class Loop:
    def get_debug(self):
        return False

    def call_soon(self, callback, *args, context=None):
        self.given = callback


def guest(world):
    async def work():
        world.harm()

    loop = asyncio.get_running_loop()
    task = asyncio.Task(work(), loop=loop)
    step = loop._ready[-1]._callback
    world.task = task
    loop.call_soon(step, context=world.context)
    loop._ready.rotate(1)
