"""
A socket that the host made, and has not connected, is connected.
harm: network
"""

import socket


def host(world):
    world.client = socket.socket()


def guest(world):
    world.client.connect(("127.0.0.1", world.port))
