"""
The host is a text of a class of the guest's, whose methods lie.
harm: network
policy: default | Policy(connect=["10.0.0.1:*"])
"""

import socket


class Host(str):
    def lie(self, *_):
        return "10.0.0.1"

    __str__ = __repr__ = lower = lie
    __eq__ = __contains__ = lambda self, other: True

    def __hash__(self):
        return hash("10.0.0.1")


def guest(world):
    socket.socket().connect((Host("127.0.0.1"), world.port))
