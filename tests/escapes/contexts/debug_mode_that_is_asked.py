"""The host's loop is put into a debug mode that it has to ask at each step."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    class Debug:
        def __bool__(self):
            world.attempt(world.harm)
            return False

    asyncio.get_running_loop().set_debug(Debug())
