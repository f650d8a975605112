"""A signal handler is left behind for the time after the block, and the host gets the signal."""

import signal


def guest(world):
    world.before = signal.signal(signal.SIGUSR1, lambda *_: world.attempt(world.harm))


def after(world):
    signal.raise_signal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, world.before)
