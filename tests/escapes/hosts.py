"""How hosts hold their guests, where several techniques need the same one."""

import asyncio
import contextlib
import contextvars
import logging
import os


def in_a_loop(world, manager, guest):
    """Hold it in a task of a loop that goes on for a moment; `world.context` is a context of the host's."""

    async def main():
        world.context = contextvars.copy_context()
        with manager:
            guest(world)
        await asyncio.sleep(0.05)

    asyncio.run(main())


def decorated(manager, function):
    """Put the sandbox over the function; without one it stays as it is."""
    return manager(function) if callable(manager) else function


def awaited(world, manager, guest):
    """Wait for the guest, a coroutine function, in a task of a host that holds it by the decorator."""

    async def main():
        await asyncio.gather(decorated(manager, guest)(world), return_exceptions=True)

    asyncio.run(main())


def given_up(world, manager, guest):
    """Wait for the guest for a moment only, in a task whose body has the `with` block."""

    async def wait():
        with manager:
            await guest(world)

    async def main():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wait(), 0.01)

    asyncio.run(main())


def in_a_loop_that_reports(world, manager, guest):
    """As in_a_loop(); what goes wrong in callbacks is reported, as asyncio does, to nobody who would look at it."""
    logger = logging.getLogger("asyncio")
    logger.addHandler(logging.FileHandler(os.devnull))
    logger.propagate = False
    in_a_loop(world, manager, guest)
