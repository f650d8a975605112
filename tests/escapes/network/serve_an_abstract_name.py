"""
The guest serves on a name that is in no file system.
harm: listen
"""

import os
import socket


def guest(world):
    world.server = socket.socket(socket.AF_UNIX)
    world.server.bind(f"\0escape-{os.getpid()}")
    world.server.listen()
