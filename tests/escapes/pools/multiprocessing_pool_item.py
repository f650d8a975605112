"""An item for a pool of processes of multiprocessing's does harm when a thread of the pool's pickles it."""

import multiprocessing

import hosts


def host(world):
    world.pool = multiprocessing.get_context("fork").Pool(1)
    world.pool.apply(int)


def guest(world):
    world.pool.map(int, [hosts.HarmfulToPickle(world)])


def after(world):
    assert world.pool.apply(int) == 0
    world.pool.close()
    world.pool.join()
