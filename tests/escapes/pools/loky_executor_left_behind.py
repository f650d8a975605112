"""
A job waits in an executor of loky's that the guest made, and that its host is given the next time.

needs: loky
"""

import functools
import pathlib

import loky


def host(world):
    loky.get_reusable_executor(max_workers=1).submit(int).result()


def guest(world):
    executor = loky.get_reusable_executor(max_workers=1, reuse=False)
    executor.submit(functools.partial(pathlib.Path.write_text, world.canary), "harmed")


def after(world):
    executor = loky.get_reusable_executor(max_workers=1)
    assert executor.submit(int).result() == 0
    executor.shutdown()
