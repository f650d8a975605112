"""
A signal interrupts the guest in the middle of its attempts, and its handler attempts them too.
policy: default | Policy(signal=True)
"""

import signal
import time


def host(world):
    world.before = signal.signal(signal.SIGALRM, lambda *_: world.attempt(world.harm))


def guest(world):
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    end = time.monotonic() + 0.1
    while time.monotonic() < end:
        world.attempt(world.harm)
    signal.setitimer(signal.ITIMER_REAL, 0)


def after(world):
    signal.signal(signal.SIGALRM, world.before)
