"""
A connection is made by name.
harm: network
"""

import socket


def guest(world):
    socket.create_connection(("localhost", world.port))
