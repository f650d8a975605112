"""
An address of zeros means this machine.
harm: network
policy: default | Policy(connect=["10.0.0.0/8"])
"""

import socket


def guest(world):
    socket.socket().connect(("0.0.0.0", world.port))
