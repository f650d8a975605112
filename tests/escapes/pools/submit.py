"""A job is given to a pool of the host's."""

import concurrent.futures


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(world.harm).result()


def after(world):
    world.pool.shutdown()
