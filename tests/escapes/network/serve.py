"""
The guest serves on a port.
harm: listen
"""

import socket


def guest(world):
    world.server = socket.create_server(("127.0.0.1", 0))
