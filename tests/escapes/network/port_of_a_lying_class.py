"""
The port is a number of a class of the guest's, whose methods lie.
harm: network
policy: default | Policy(connect=["127.0.0.1:1"])
"""

import socket


class Port(int):
    def lie(self, *_):
        return 1

    __index__ = __int__ = __hash__ = lie
    __eq__ = __ge__ = __le__ = lambda self, other: True
    __str__ = __repr__ = lambda self: "1"


def guest(world):
    socket.socket().connect(("127.0.0.1", Port(world.port)))
