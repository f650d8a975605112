"""
A job is given to an executor of loky's that is the host's, whose processes are there already.

needs: loky
"""

import functools
import pathlib

import loky


def host(world):
    world.pool = loky.ProcessPoolExecutor(1)
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(functools.partial(pathlib.Path.write_text, world.canary), "harmed").result()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
