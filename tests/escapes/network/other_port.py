"""
A policy grants another port of the same machine.
harm: network
policy: default | Policy(connect=["127.0.0.1:1"])
"""

import socket


def guest(world):
    socket.socket().connect(("127.0.0.1", world.port))
