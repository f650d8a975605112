"""The hook for errors of threads does the harm."""

import threading


def host(world):
    world.before, threading.excepthook = threading.excepthook, lambda _: world.attempt(world.harm)


def guest(world):
    worker = threading.Thread(target=lambda: 1 / 0)
    worker.start()
    worker.join()


def after(world):
    threading.excepthook = world.before
