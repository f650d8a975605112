"""The host gives up waiting, and so has its task cancel what the guest waits for."""

import asyncio

import hosts

enter = hosts.given_up


async def guest(world):
    class Future(asyncio.Future):
        def cancel(self, *args, **options):
            world.attempt(world.harm)
            return super().cancel(*args, **options)

    await Future()
