"""One face for groups of tasks and for limits: asyncio's, anyio's on both of its backends, trio's."""

import asyncio
import contextlib

import anyio
import anyio.to_thread
import trio


class OfAsyncio:
    """TaskGroup and timeout."""

    Cancelled = asyncio.CancelledError
    run = staticmethod(asyncio.run)
    thread = staticmethod(asyncio.to_thread)

    @staticmethod
    async def checkpoint():
        await asyncio.sleep(0)

    @staticmethod
    async def forever():
        await asyncio.get_running_loop().create_future()

    @staticmethod
    @contextlib.asynccontextmanager
    async def group():
        async with asyncio.TaskGroup() as group:
            yield lambda function, *args: group.create_task(function(*args))

    @staticmethod
    @contextlib.asynccontextmanager
    async def limit():
        """A block that can be cancelled by calling what it gives; it ends there."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(None) as limit:
                yield lambda: limit.reschedule(0)

    @staticmethod
    async def shielded(function):
        await asyncio.shield(function())


class OfAnyio:
    """Task groups and cancel scopes."""

    backend = "asyncio"
    thread = staticmethod(anyio.to_thread.run_sync)

    @property
    def Cancelled(self):
        return anyio.get_cancelled_exc_class()

    def run(self, main):
        async def begin():
            return await main

        return anyio.run(begin, backend=self.backend)

    @staticmethod
    async def checkpoint():
        await anyio.sleep(0)

    forever = staticmethod(anyio.sleep_forever)

    @staticmethod
    @contextlib.asynccontextmanager
    async def group():
        async with anyio.create_task_group() as group:
            yield group.start_soon

    @staticmethod
    @contextlib.asynccontextmanager
    async def limit():
        with anyio.CancelScope() as scope:
            yield scope.cancel

    @staticmethod
    async def shielded(function):
        with anyio.CancelScope(shield=True):
            await function()


class OfAnyioOnTrio(OfAnyio):
    """The same on trio."""

    backend = "trio"


class OfTrio:
    """Nurseries and cancel scopes."""

    Cancelled = trio.Cancelled
    thread = staticmethod(trio.to_thread.run_sync)

    @staticmethod
    def run(main):
        async def begin():
            return await main

        return trio.run(begin)

    @staticmethod
    async def checkpoint():
        await trio.lowlevel.checkpoint()

    forever = staticmethod(trio.sleep_forever)

    @staticmethod
    @contextlib.asynccontextmanager
    async def group():
        async with trio.open_nursery() as nursery:
            yield nursery.start_soon

    @staticmethod
    @contextlib.asynccontextmanager
    async def limit():
        with trio.CancelScope() as scope:
            yield scope.cancel

    @staticmethod
    async def shielded(function):
        with trio.CancelScope(shield=True):
            await function()


ALL = [OfAsyncio(), OfAnyio(), OfAnyioOnTrio(), OfTrio()]
