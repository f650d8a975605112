"""
The host is a bytearray that another thread rewrites all the while.
harm: network
policy: default | Policy(connect=["127.0.0.2:1"])
"""

import socket
import threading
import time


def guest(world):
    host, done = bytearray(b"127.0.0.2"), threading.Event()

    def flip():
        while not done.is_set():
            host[8:] = b"1"
            time.sleep(0)
            host[8:] = b"2"

    worker = threading.Thread(target=flip)
    worker.start()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        with socket.socket() as client:
            if world.attempt(client.connect_ex, (host, world.port)) == 0:
                break
    done.set()
    worker.join()
    world.attempt(socket.socket().connect, (b"127.0.0.1", world.port))
