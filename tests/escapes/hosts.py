"""How hosts hold their guests, where several techniques need the same one."""

import asyncio
import contextlib
import contextvars
import logging
import os
import socket


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


def decorated_and_given_up(world, manager, guest):
    """Wait for the guest, which is held by the decorator, for a moment only: its task is the host's, and is cancelled."""

    async def main():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(decorated(manager, guest)(world), 0.01)

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


def in_a_task_that_is_shown(world, manager, guest):
    """Hold it in a task that the host shows, as a debugger or a log would."""

    async def main():
        with manager:
            guest(world)
        repr(asyncio.current_task())

    asyncio.run(main())


def with_a_descriptor(world, manager, guest, new_loop=None):
    """Hold it in a loop, and give it a descriptor to read from and to write to, which the host takes from the loop."""

    async def main():
        loop = asyncio.get_running_loop()
        one, other = socket.socketpair()
        with one, other:
            with manager:
                guest(world, one.fileno())
            loop.remove_reader(one.fileno())
            loop.remove_writer(one.fileno())

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main())


def before_a_job(world, manager, guest, new_loop=None):
    """Hold it in a loop that its host has run a job afterwards, whatever came of the guest."""

    async def main():
        with manager:
            guest(world)

    async def work():
        await asyncio.get_running_loop().run_in_executor(None, int)

    with asyncio.Runner(loop_factory=new_loop) as runner:
        try:
            runner.run(main())
        finally:
            runner.run(work())


class HarmfulToPickle:
    """Something of a guest's that does the harm where it is pickled; in another process it is the number 0."""

    def __init__(self, world):
        self.world = world

    def __reduce__(self):
        self.world.attempt(self.world.harm)
        return int, ()
