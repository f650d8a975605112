"""
The process that cleans up after joblib, which the host started, is told to delete a folder.

needs: joblib
"""

import joblib
from joblib.externals.loky.backend import resource_tracker


def compute():
    return joblib.Parallel(n_jobs=2)([joblib.delayed(abs)(-1)])


def host(world):
    assert compute() == [1]


def guest(world):
    folder = str(world.outside)
    resource_tracker.register(folder, "folder")
    resource_tracker.maybe_unlink(folder, "folder")
    world.wait(lambda: not world.canary.exists(), seconds=1)


def after(world):
    assert compute() == [1]
    joblib.externals.loky.get_reusable_executor().shutdown()
