"""Jobs are given to a process pool of the host's by map()."""

import concurrent.futures
import functools
import multiprocessing
import pathlib


def host(world):
    world.pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    world.pool.submit(int).result()


def guest(world):
    list(world.pool.map(functools.partial(pathlib.Path.write_text, world.canary), ["harmed"]))


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
