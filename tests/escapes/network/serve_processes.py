"""
The guest serves other processes by multiprocessing.
harm: listen
"""

import multiprocessing.connection


def guest(world):
    world.server = multiprocessing.connection.Listener(str(world.outside / "new"), "AF_UNIX")
