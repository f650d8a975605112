"""A job is given to a pool of processes of multiprocessing's, which are there already."""

import multiprocessing
import pathlib


def host(world):
    world.pool = multiprocessing.get_context("fork").Pool(1)
    world.pool.apply(int)


def guest(world):
    world.pool.apply(pathlib.Path.write_text, (world.canary, "harmed"))


def after(world):
    assert world.pool.apply(int) == 0
    world.pool.close()
    world.pool.join()
