"""
A datagram is sent.
harm: network
"""

import socket


def guest(world):
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", world.port))
