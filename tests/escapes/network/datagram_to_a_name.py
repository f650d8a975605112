"""
A datagram is sent to a name.
harm: network
"""

import socket


def guest(world):
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("localhost", world.port))
