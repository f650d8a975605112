"""
The host's programs are waited for by an object of the guest's.
until: 3.13
"""

import asyncio
import warnings


def enter(world, manager, guest):
    async def main():
        await (await asyncio.create_subprocess_exec("true")).wait()

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with manager:
                guest(world)
        finally:
            asyncio.run(main())
            asyncio.set_event_loop_policy(None)


def guest(world):
    class Watcher(asyncio.ThreadedChildWatcher):
        def add_child_handler(self, *args):
            world.attempt(world.harm)
            return super().add_child_handler(*args)

    asyncio.set_child_watcher(Watcher())
