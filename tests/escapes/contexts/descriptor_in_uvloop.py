"""
A descriptor that is written to is a number of the guest's, for a loop of uvloop's.
needs: uvloop
unseen: the number becomes a plain one
"""

import asyncio

import hosts
import uvloop


def enter(world, manager, guest):
    hosts.with_a_descriptor(world, manager, guest, uvloop.new_event_loop)


def guest(world, descriptor):
    class Number(int):
        def __eq__(self, other):
            world.attempt(world.harm)
            return int(self) == other

        __hash__ = int.__hash__

    asyncio.get_running_loop().add_writer(Number(descriptor), print)
