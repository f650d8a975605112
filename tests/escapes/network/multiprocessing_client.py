"""
A connection is made by multiprocessing.
harm: network
"""

import multiprocessing.connection


def guest(world):
    multiprocessing.connection.Client(("127.0.0.1", world.port)).close()
