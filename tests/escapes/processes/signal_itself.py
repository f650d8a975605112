"""
The process sends itself the signal that cannot be caught.
harm: death
"""

import signal


def guest(world):
    signal.raise_signal(signal.SIGKILL)
