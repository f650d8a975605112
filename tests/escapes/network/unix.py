"""
A connection is made to a name in the file system.
harm: network
"""

import socket


def guest(world):
    socket.socket(socket.AF_UNIX).connect(str(world.unix))
