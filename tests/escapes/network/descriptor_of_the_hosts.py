"""
A descriptor of a socket that the host made is wrapped, and connected.
harm: network
"""

import socket


def host(world):
    world.client = socket.socket()


def guest(world):
    socket.socket(fileno=world.client.fileno()).connect(("127.0.0.1", world.port))
