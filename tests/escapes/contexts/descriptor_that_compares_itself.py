"""
A descriptor is a number of the guest's, which the loop compares with those of the host's.
unseen: the number becomes a plain one
"""

import asyncio

import hosts

enter = hosts.with_a_descriptor


def guest(world, descriptor):
    class Number(int):
        def __eq__(self, other):
            world.attempt(world.harm)
            return int(self) == other

        __hash__ = int.__hash__

    asyncio.get_running_loop().add_reader(Number(descriptor), print)
