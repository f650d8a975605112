"""
The guest serves on a port that the system picks.
harm: listen
policy: default | Policy(socket=True)
"""

import socket


def guest(world):
    world.server = socket.socket()
    world.server.listen()
