"""A job is given to an executor of the host's whose class is derived from the standard library's."""

import concurrent.futures


class Executor(concurrent.futures.ThreadPoolExecutor):
    """As hosts write them, to count or to name what runs."""


def host(world):
    world.pool = Executor(1)
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(world.harm).result()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
