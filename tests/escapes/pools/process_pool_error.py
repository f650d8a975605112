"""The exception of a job does harm when it is unpickled, by a thread of the host's."""

import concurrent.futures
import multiprocessing

SOURCE = """
class Error(Exception):
    def __reduce__(self):
        return eval, ("open({canary!r}, 'w').write('harmed') and ValueError()",)
raise Error
"""


def host(world):
    world.pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(exec, SOURCE.format(canary=str(world.canary)), {}).exception()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
