"""A callback raises: the loop reports it, and has callback, argument and exception show themselves."""

import asyncio

import hosts

enter = hosts.in_a_loop_that_reports


def guest(world):
    class Shown(Exception):
        def __call__(self, *_):
            raise self

        def __repr__(self):
            world.attempt(world.harm)
            return ""

        __str__ = __repr__

    asyncio.get_running_loop().call_soon(Shown(), Shown())
