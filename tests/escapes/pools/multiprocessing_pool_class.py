"""A pool of processes is made to pass for one of threads, which takes what a thread of the other pickles."""

import contextlib
import multiprocessing
from multiprocessing.pool import Pool, ThreadPool

import hosts


def host(world):
    world.pool = multiprocessing.get_context("fork").Pool(1)
    world.pool.apply(int)


def guest(world):
    class Lying(ThreadPool):
        _inqueue = property(lambda self: None, lambda self, value: None)

    for kind in (ThreadPool, Lying):
        world.pool.__class__ = kind
        with contextlib.suppress(Exception):
            world.pool.imap(hosts.HarmfulToPickle(world), [1]).next(1)


def after(world):
    world.pool.__class__ = Pool
    assert world.pool.apply(int) == 0
    world.pool.close()
    world.pool.join()
