"""A handler for a signal, and a time limit by one."""

import signal


def guest(box):
    told = []
    before = signal.signal(signal.SIGALRM, lambda *_: told.append("alarm"))
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        signal.pause()
    finally:
        signal.signal(signal.SIGALRM, before)
    return told
