"""A thread of the host's pool takes arguments apart that do harm."""

from multiprocessing.pool import ThreadPool


def host(world):
    world.pool = ThreadPool(1)
    world.pool.apply(int)


class Harming(list):
    def __iter__(self):
        self.world.attempt(self.world.harm)
        return super().__iter__()


def guest(world):
    harming = Harming([1])
    harming.world = world
    world.pool.apply(abs, harming)


def after(world):
    assert world.pool.apply(int) == 0
    world.pool.close()
    world.pool.join()
