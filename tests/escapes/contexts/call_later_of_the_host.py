"""A timer of the loop is given a context of the host's."""

import asyncio

import hosts

enter = hosts.in_a_loop


def guest(world):
    asyncio.get_running_loop().call_later(0.001, world.harm, context=world.context)
