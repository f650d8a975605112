"""A time limit for a function, as recipes have it: a handler, an alarm, and all put back."""

import signal
import time


def limited(function, seconds):
    def too_long(number, frame):
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return function()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.alarm(0)


def guest(box):
    told = [limited(lambda: "in time", 100)]
    try:
        limited(lambda: time.sleep(100), 0.01)
    except TimeoutError:
        told.append("too long")
    return told
