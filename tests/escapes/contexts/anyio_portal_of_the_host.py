"""A portal of the host's, into a loop of another thread's, is given functions to call."""

import anyio.from_thread


def host(world):
    world.stack = anyio.from_thread.start_blocking_portal()
    world.portal = world.stack.__enter__()


def guest(world):
    async def work():
        world.attempt(world.harm)

    world.portal.call(work)
    world.portal.call(world.attempt, world.harm)
    world.portal.start_task_soon(work).result()
    with world.portal.wrap_async_context_manager(Entered(world)):
        pass


def after(world):
    world.stack.__exit__(None, None, None)


class Entered:
    """A manager whose steps the portal runs."""

    def __init__(self, world):
        self.world = world

    async def __aenter__(self):
        self.world.attempt(self.world.harm)

    async def __aexit__(self, *error):
        self.world.attempt(self.world.harm)
