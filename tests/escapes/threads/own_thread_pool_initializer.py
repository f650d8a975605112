"""The initializer of a pool of multiprocessing's that the guest makes does the harm."""

import multiprocessing.pool


def guest(world):
    with multiprocessing.pool.ThreadPool(1, initializer=world.attempt, initargs=(world.harm,)) as pool:
        pool.apply(int)
