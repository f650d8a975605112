"""A finaliser calls the host's own function while the policies for a job of a process pool are put together."""

import concurrent.futures
import gc
import multiprocessing
import os

from fastaudit import Policy, sandbox, trusted


def host(world):
    world.pool = concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    world.pool.submit(int).result()
    world.price = trusted(Policy.unrestricted())(lambda: os.listdir("/"))


def enter(world, manager, guest):
    with sandbox(Policy.unrestricted()), manager:
        guest(world)


def guest(world):
    class Left:
        def __del__(self):
            world.price()

    before, kept = gc.get_threshold(), []
    for number in range(1, 30):  # by one of these it comes with a tuple that is made there, none being kept for reuse
        kept.extend([(i, i) for i in range(2100)])
        gc.collect(0)
        left = Left()
        left.itself = left
        del left
        gc.set_threshold(number)
        try:
            job = world.attempt(world.pool.submit, os.truncate, world.canary, 0)
        finally:
            gc.set_threshold(*before)
        world.attempt(job.result)
    job.result()


def after(world):
    assert world.pool.submit(int).result() == 0
    world.pool.shutdown()
