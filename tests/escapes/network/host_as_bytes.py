"""
The host is given as bytes, and as a bytearray.
harm: network
policy: default | Policy(connect=["10.0.0.1:*"])
"""

import socket


def guest(world):
    for host in (b"127.0.0.1", bytearray(b"127.0.0.1")):
        world.attempt(socket.socket().connect, (host, world.port))
