"""
An address is written as one number.
harm: network
policy: default | Policy(connect=["10.0.0.0/8"])
"""

import socket


def guest(world):
    socket.socket().connect(("2130706433", world.port))
