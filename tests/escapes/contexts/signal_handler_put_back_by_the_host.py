"""The host exchanges a handler that was left behind for a moment, and puts it back."""

import signal


def guest(world):
    world.before = signal.signal(signal.SIGUSR1, lambda *_: world.attempt(world.harm))


def after(world):
    signal.signal(signal.SIGUSR1, signal.signal(signal.SIGUSR1, signal.SIG_IGN))
    signal.raise_signal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, world.before)
