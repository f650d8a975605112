"""
The process that cleans up after loky, which the host started, is told to delete a file.

needs: loky
"""

import loky
from loky.backend import resource_tracker


def host(world):
    loky.get_reusable_executor(max_workers=1).submit(int).result()


def guest(world):
    resource_tracker.register(str(world.canary), "file")
    resource_tracker.maybe_unlink(str(world.canary), "file")
    world.wait(lambda: not world.canary.exists(), seconds=1)


def after(world):
    executor = loky.get_reusable_executor(max_workers=1)
    assert executor.submit(int).result() == 0
    executor.shutdown()
