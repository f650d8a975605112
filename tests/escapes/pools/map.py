"""A pool of the host's maps the harm."""

import concurrent.futures


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)
    world.pool.submit(int).result()


def guest(world):
    list(world.pool.map(world.harm, [1]))


def after(world):
    world.pool.shutdown()
