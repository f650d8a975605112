"""A pool of processes of multiprocessing's iterates over something that does harm, in a thread of its own."""

import multiprocessing


def host(world):
    world.pool = multiprocessing.get_context("fork").Pool(1)
    world.pool.apply(int)


def guest(world):
    def harming():
        world.attempt(world.harm)
        yield 1

    list(world.pool.imap(int, harming()))


def after(world):
    assert world.pool.apply(int) == 0
    world.pool.close()
    world.pool.join()
