"""
The process is killed by a socket that tells of its data by that signal.
harm: death
"""

import fcntl
import os
import signal
import socket
import time


def guest(world):
    one, other = socket.socketpair()
    fcntl.fcntl(one, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(one, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC)
    other.send(b"x")
    time.sleep(1)
