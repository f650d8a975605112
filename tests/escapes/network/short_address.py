"""
An address is written short, and in hexadecimal.
harm: network
policy: default | Policy(connect=["10.0.0.0/8"])
"""

import socket


def guest(world):
    socket.socket().connect(("0x7f.1", world.port))
