"""
A log is sent over a connection.
harm: network
"""

import logging.handlers


def guest(world):
    handler = logging.handlers.SocketHandler("127.0.0.1", world.port)
    handler.createSocket()
    assert handler.sock is not None
