"""A job is given to a thread pool of multiprocessing's."""

import multiprocessing.pool


def host(world):
    world.pool = multiprocessing.pool.ThreadPool(1)


def guest(world):
    world.pool.apply(world.harm)


def after(world):
    world.pool.close()
    world.pool.join()
