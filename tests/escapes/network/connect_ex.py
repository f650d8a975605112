"""
A connection is made by the call that returns a number.
harm: network
"""

import socket


def guest(world):
    assert socket.socket().connect_ex(("127.0.0.1", world.port)) == 0
