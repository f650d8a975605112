"""
A socket of a granted kind is initialised again as another.
harm: network
"""

import socket


def guest(world):
    client = socket.socketpair()[0]
    client.__init__(socket.AF_INET, socket.SOCK_STREAM)
    client.connect(("127.0.0.1", world.port))
