"""
A datagram is sent by the call with flags.
harm: network
"""

import socket


def guest(world):
    socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", socket.MSG_DONTWAIT, ("127.0.0.1", world.port))
