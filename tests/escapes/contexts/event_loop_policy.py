"""
The host's loops are made by an event loop policy of the guest's.
unseen: nobody asks it but the guest
"""

import asyncio
import warnings


def enter(world, manager, guest):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = asyncio.get_event_loop_policy()
        with manager:
            guest(world)
        asyncio.new_event_loop().close()
        asyncio.set_event_loop_policy(before)


def guest(world):
    class Policy(type(asyncio.get_event_loop_policy())):
        def new_event_loop(self):
            world.attempt(world.harm)
            return super().new_event_loop()

    asyncio.set_event_loop_policy(Policy())
