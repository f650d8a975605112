"""
A connection is made by a message with the flag for fast opening.
harm: network
"""

import socket


def guest(world):
    client = socket.socket()
    client.settimeout(1)
    client.sendmsg([b"x"], [], socket.MSG_FASTOPEN, ("127.0.0.1", world.port))
