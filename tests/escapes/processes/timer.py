"""
The process is ended by its own timer.
harm: death
"""

import signal


def guest(world):
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    signal.pause()
