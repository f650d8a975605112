"""
The guest serves on a name in the file system.
harm: listen
"""

import socket


def guest(world):
    world.server = socket.socket(socket.AF_UNIX)
    world.server.bind(str(world.outside / "new"))
    world.server.listen()
