"""The scheduler of the standard library."""

import sched
import time


def guest(box):
    told = []
    scheduler = sched.scheduler(time.monotonic, time.sleep)
    scheduler.enter(0.002, 1, told.append, ("second",))
    scheduler.enter(0, 1, told.append, ("first",))
    scheduler.run()
    return told
