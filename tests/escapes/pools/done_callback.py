"""The callback of a job on a pool of the host's does the harm in the worker."""

import concurrent.futures
import threading


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)
    world.go = threading.Event()


def guest(world):
    world.pool.submit(world.go.wait, 5).add_done_callback(lambda _: world.attempt(world.harm))


def after(world):
    world.go.set()
    world.pool.shutdown()
