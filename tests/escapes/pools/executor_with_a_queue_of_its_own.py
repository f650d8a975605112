"""A job is given to an executor of the host's that keeps its jobs in a queue with a bound."""

import concurrent.futures
import queue


class Bounded(concurrent.futures.ThreadPoolExecutor):
    """One that makes its callers wait."""

    def __init__(self, workers):
        super().__init__(workers)
        self._work_queue = queue.Queue(100)


def host(world):
    world.pool = Bounded(1)
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(world.harm).result()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
