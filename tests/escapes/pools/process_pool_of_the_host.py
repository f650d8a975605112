"""A job is given to a process pool of the host's, whose processes are there already."""

import concurrent.futures
import functools
import multiprocessing
import pathlib


def host(world):
    world.pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(functools.partial(pathlib.Path.write_text, world.canary), "harmed").result()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
