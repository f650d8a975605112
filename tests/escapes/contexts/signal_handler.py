"""A signal handler does the harm while an empty context is current."""

import contextvars
import os
import signal


def host(world):
    world.before = signal.signal(signal.SIGUSR1, lambda *_: world.attempt(world.harm))


def guest(world):
    contextvars.Context().run(signal.raise_signal, signal.SIGUSR1)
    os.getpid()


def after(world):
    signal.signal(signal.SIGUSR1, world.before)
