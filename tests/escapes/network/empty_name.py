"""
An empty name means any address.
harm: network
policy: default | Policy(connect=["10.0.0.0/8"])
"""

import socket


def guest(world):
    socket.socket().connect(("", world.port))
