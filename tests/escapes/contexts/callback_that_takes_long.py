"""A loop in debug mode names what took long: a callback of the guest's."""

import asyncio
import time

import hosts

enter = hosts.in_a_loop_that_reports


def guest(world):
    class Slow:
        def __call__(self):
            time.sleep(0.01)

        def __repr__(self):
            world.attempt(world.harm)
            return ""

    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0
    loop.call_soon(Slow())
