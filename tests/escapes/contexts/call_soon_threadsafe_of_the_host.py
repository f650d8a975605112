"""A callback from another thread is given a context of the host's."""

import asyncio
import threading

import hosts

enter = hosts.in_a_loop


def guest(world):
    loop = asyncio.get_running_loop()
    worker = threading.Thread(target=loop.call_soon_threadsafe, args=(world.harm,), kwargs={"context": world.context})
    worker.start()
    worker.join()
