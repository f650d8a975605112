"""
The process is killed by a descriptor of itself.
harm: death
"""

import os
import signal


def guest(world):
    signal.pidfd_send_signal(os.pidfd_open(os.getpid()), signal.SIGKILL)
