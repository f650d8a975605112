"""A job on a pool of the host's submits the harm to the pool again."""

import concurrent.futures


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(2)
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(lambda: world.pool.submit(world.harm).result()).result()


def after(world):
    world.pool.shutdown()
