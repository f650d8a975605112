"""
A callback from another thread is given a context of the host's.
held: no: found and handed to an event loop
"""

import asyncio
import contextvars
import threading


def enter(world, manager, guest):
    async def main():
        world.context = contextvars.copy_context()
        with manager:
            guest(world)
        await asyncio.sleep(0.05)

    asyncio.run(main())


def guest(world):
    loop = asyncio.get_running_loop()
    worker = threading.Thread(target=loop.call_soon_threadsafe, args=(world.harm,), kwargs={"context": world.context})
    worker.start()
    worker.join()
