"""A decorated coroutine yields what is no future: the host's task names it in an error."""

import hosts

enter = hosts.awaited


async def guest(world):
    class Yielded:
        def __repr__(self):
            world.harm()
            return ""

        @property
        def _asyncio_future_blocking(self):
            world.harm()

    class Awaitable:
        def __await__(self):
            yield Yielded()

    await Awaitable()
