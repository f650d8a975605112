"""The host is a text of a class of the guest's that gives other bytes where CPython asks it to encode itself.
harm: network
policy: default | Policy(connect=["10.0.0.1:*", "one.example:*"])
"""

import socket


class Host(str):
    def encode(self, *_):
        return b"127.0.0.1"


def guest(world):
    for host in (Host("10.0.0.1"), Host("one.example")):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            world.attempt(socket.socket(type=kind).connect, (host, world.port))
        world.attempt(socket.socket(type=socket.SOCK_DGRAM).sendto, b"x", (host, world.port))
        world.attempt(socket.create_connection, (host, world.port), 1)
