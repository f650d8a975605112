"""
What joblib hands to its processes, which it started for the host, does harm when a thread of theirs pickles it.

needs: joblib
"""

import hosts
import joblib


def compute():
    return joblib.Parallel(n_jobs=2)([joblib.delayed(abs)(-1)])


def host(world):
    assert compute() == [1]


def guest(world):
    joblib.Parallel(n_jobs=2)([joblib.delayed(str)(hosts.HarmfulToPickle(world))])


def after(world):
    assert compute() == [1]
    joblib.externals.loky.get_reusable_executor().shutdown()
