"""A pool of threads of the host's iterates over something that tells its length and does harm."""

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
    world.pool.map(abs, harming)


def after(world):
    assert world.pool.apply(int) == 0
    world.pool.close()
    world.pool.join()
