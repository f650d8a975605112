"""A timer does its harm after the sandbox has been left."""

import threading


def guest(world):
    threading.Timer(0.02, lambda: world.attempt(world.harm)).start()
