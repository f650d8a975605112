"""
The process is ended by its own alarm.
harm: death
"""

import signal


def guest(world):
    signal.alarm(1)
    signal.pause()
