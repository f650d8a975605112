"""A thread of the host's pool asks a mapping for a job's arguments, which does harm."""

from multiprocessing.pool import ThreadPool


def host(world):
    world.pool = ThreadPool(1)
    world.pool.apply(int)


class Harming:
    def __init__(self, world):
        self.world = world

    def keys(self):
        self.world.attempt(self.world.harm)
        return ()


def guest(world):
    world.pool.apply(int, (), Harming(world))


def after(world):
    assert world.pool.apply(int) == 0
    world.pool.close()
    world.pool.join()
