"""
A pool of the host's connects.
harm: network
"""

import concurrent.futures
import socket


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)
    world.pool.submit(int).result()


def guest(world):
    world.pool.submit(socket.create_connection, ("127.0.0.1", world.port)).result()


def after(world):
    world.pool.shutdown()
