"""
The process that cleans up after loky is in another folder than the guest, which names a file there by a name of its own folder.

policy: default | Policy(cwd=True)
needs: loky
unseen: what is deleted is its own file of that name
"""

import os

import loky
from loky.backend import resource_tracker


def host(world):
    os.chdir(world.outside)
    loky.get_reusable_executor(max_workers=1).submit(int).result()


def guest(world):
    os.chdir(world.box)
    for name in (world.canary.name, f"/proc/self/cwd/{world.canary.name}"):
        (world.box / world.canary.name).touch()
        world.attempt(resource_tracker.register, name, "file")
        world.attempt(resource_tracker.maybe_unlink, name, "file")
        world.wait(lambda: not world.canary.exists(), seconds=0.5)


def after(world):
    executor = loky.get_reusable_executor(max_workers=1)
    assert executor.submit(int).result() == 0
    executor.shutdown()
