"""
The process kills itself by its number.
harm: death
"""

import os
import signal


def guest(world):
    os.kill(os.getpid(), signal.SIGKILL)
