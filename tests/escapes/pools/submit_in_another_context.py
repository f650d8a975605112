"""A job is given to a pool of the host's from an empty context."""

import concurrent.futures
import contextvars


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)
    world.pool.submit(int).result()


def guest(world):
    contextvars.Context().run(world.pool.submit, world.harm).result()


def after(world):
    world.pool.shutdown()
