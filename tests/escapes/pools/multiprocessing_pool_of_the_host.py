"""
A job is given to a pool of processes of multiprocessing's, which are there already.
held: no: a pool of processes that the host started before
"""

import multiprocessing
import pathlib


def host(world):
    world.pool = multiprocessing.get_context("fork").Pool(1)
    world.pool.apply(int)


def guest(world):
    world.pool.apply(pathlib.Path.write_text, (world.canary, "harmed"))


def after(world):
    world.pool.close()
    world.pool.join()
