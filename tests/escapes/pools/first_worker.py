"""A job is given to a pool of the host's that has no thread yet."""

import concurrent.futures


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)


def guest(world):
    world.pool.submit(world.harm).result()


def after(world):
    world.pool.shutdown()
