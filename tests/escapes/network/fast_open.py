"""
A connection is made by sending to where nobody listened yet for the guest.
harm: network
"""

import socket


def guest(world):
    client = socket.socket()
    client.settimeout(1)
    client.sendto(b"x", socket.MSG_FASTOPEN, ("127.0.0.1", world.port))
