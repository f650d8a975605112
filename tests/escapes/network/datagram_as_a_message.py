"""
A datagram is sent as a message in parts.
harm: network
"""

import socket


def guest(world):
    socket.socket(type=socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, ("127.0.0.1", world.port))
