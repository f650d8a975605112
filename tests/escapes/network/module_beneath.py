"""
A connection is made by the module beneath.
harm: network
"""

import _socket


def guest(world):
    world.socket = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM, 0)
    world.socket.connect(("127.0.0.1", world.port))
