"""A callback of the loop is given a context of the host's."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    asyncio.get_running_loop().call_soon(world.harm, context=world.context)
