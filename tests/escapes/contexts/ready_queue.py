"""A handle with a context of the host's is put into the loop's own queue."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    loop = asyncio.get_running_loop()
    loop._ready.append(asyncio.Handle(world.harm, (), loop, world.context))
