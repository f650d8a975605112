"""What a job gives does harm when it is pickled, by the pool's process, after the job."""

import concurrent.futures
import multiprocessing

SOURCE = """
class Picky:
    def __reduce__(self):
        open({canary!r}, "w").write("harmed")
        return int, ()
"""


def host(world):
    world.pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    world.pool.submit(int).result()


def guest(world):
    source = SOURCE.format(canary=str(world.canary))
    world.pool.submit(eval, f"exec({source!r}, names := {{}}) or names['Picky']()").result()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
