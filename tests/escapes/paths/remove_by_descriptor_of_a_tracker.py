"""
What deletes a file is written into the pipe of the host's process that cleans up after loky.

needs: loky
held: no: write into what the host has open
"""

import os

import loky
from loky.backend import resource_tracker


def host(world):
    loky.get_reusable_executor(max_workers=1).submit(int).result()


def guest(world):
    for command in ("REGISTER", "MAYBE_UNLINK"):
        os.write(resource_tracker.getfd(), f"{command}:{world.canary}:file\n".encode())
    world.wait(lambda: not world.canary.exists())


def after(world):
    executor = loky.get_reusable_executor(max_workers=1)
    assert executor.submit(int).result() == 0
    executor.shutdown()
