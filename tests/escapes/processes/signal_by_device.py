"""
The process is killed by a socket that got its owner by requests to the device.
harm: death
"""

import fcntl
import os
import socket
import sys
import termios
import time

FIOSETOWN = 0x8901


def guest(world):
    one, other = socket.socketpair()
    fcntl.ioctl(one, FIOSETOWN, os.getpid().to_bytes(4, sys.byteorder))
    fcntl.ioctl(one, termios.FIOASYNC, (1).to_bytes(4, sys.byteorder))
    other.send(b"x")
    time.sleep(1)
