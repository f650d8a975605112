"""
A datagram's socket is connected to what is granted, and sends elsewhere.
harm: network
policy: default | Policy(connect=["127.0.0.1:1"])
"""

import socket


def guest(world):
    client = socket.socket(type=socket.SOCK_DGRAM)
    client.connect(("127.0.0.1", 1))
    client.sendto(b"x", ("127.0.0.1", world.port))
