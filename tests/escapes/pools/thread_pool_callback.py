"""The callback of a job on a thread pool of multiprocessing's does the harm."""

import multiprocessing.pool


def host(world):
    world.pool = multiprocessing.pool.ThreadPool(1)


def guest(world):
    world.pool.apply_async(int, callback=lambda _: world.attempt(world.harm)).wait(5)
    world.pool.apply(int)


def after(world):
    world.pool.close()
    world.pool.join()
