"""A future of a loop of the guest's is completed, and that loop gives the host's something else to call."""

import asyncio

import hosts

enter = hosts.in_a_loop


class Loop:
    def __init__(self, world):
        self.world = world
        self.real = asyncio.get_running_loop()

    def get_debug(self):
        return False

    def call_soon(self, callback, *args, context=None):
        self.real.call_soon(self.world.harm, *args, context=self.world.context)


def guest(world):
    future = asyncio.Future(loop=Loop(world))
    future.add_done_callback(print)
    future.set_result(None)
