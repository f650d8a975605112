"""
A connection is made.
harm: network
"""

import socket


def guest(world):
    socket.socket().connect(("127.0.0.1", world.port))
