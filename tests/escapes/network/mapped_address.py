"""
An address of the old kind is written as one of the new kind.
harm: network
policy: default | Policy(connect=["10.0.0.0/8"])
"""

import socket


def guest(world):
    socket.socket(socket.AF_INET6).connect(("::ffff:127.0.0.1", world.port))
