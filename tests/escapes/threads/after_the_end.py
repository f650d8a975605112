"""A thread started inside does its harm after the sandbox has been left."""

import threading


def host(world):
    world.left = threading.Event()


def guest(world):
    def work():
        world.left.wait(5)
        world.attempt(world.harm)

    threading.Thread(target=work).start()


def after(world):
    world.left.set()
