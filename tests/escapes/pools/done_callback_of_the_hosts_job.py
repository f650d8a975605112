"""
The callback that the guest adds to a job of the host's does the harm in the worker.
"""

import concurrent.futures
import threading


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)
    world.go = threading.Event()
    world.job = world.pool.submit(world.go.wait, 5)


def guest(world):
    world.job.add_done_callback(lambda _: world.attempt(world.harm))


def after(world):
    world.go.set()
    world.pool.shutdown()
