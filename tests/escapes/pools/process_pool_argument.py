"""An argument of a job does harm when it is pickled, by a thread of the pool's."""

import concurrent.futures
import multiprocessing

import hosts


def host(world):
    world.pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(int, hosts.HarmfulToPickle(world)).result()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
