"""A thread of the host's pool asks a number, how many items to take at once, and it does harm."""

from multiprocessing.pool import ThreadPool


class Harming:
    def __init__(self, world):
        self.world = world

    def __index__(self):
        self.world.attempt(self.world.harm)
        return 2

    def __lt__(self, other):
        return False

    def __eq__(self, other):
        return False

    __hash__ = None


def host(world):
    world.pool = ThreadPool(1)
    world.pool.apply(int)


def guest(world):
    list(world.pool.imap(abs, [1, 2], Harming(world)))


def after(world):
    assert world.pool.apply(int) == 0
    world.pool.close()
    world.pool.join()
