"""
A job is given to a pool of interpreters of the host's, which are there already.
since: 3.14
"""

import concurrent.futures
import pathlib


def host(world):
    world.pool = concurrent.futures.InterpreterPoolExecutor(1)
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(pathlib.Path.write_text, world.canary, "harmed").result()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
