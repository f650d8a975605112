"""A thread does the harm."""

import threading


def guest(world):
    worker = threading.Thread(target=world.harm)
    worker.start()
    worker.join()
