"""A pool of multiprocessing's that the guest makes does the harm."""

import multiprocessing.pool


def guest(world):
    with multiprocessing.pool.ThreadPool(1) as pool:
        pool.apply(world.harm)
