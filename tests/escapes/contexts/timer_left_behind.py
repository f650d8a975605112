"""A handler and a timer are left behind, and the signal comes when the block has ended."""

import signal


def guest(world):
    world.before = signal.signal(signal.SIGALRM, lambda *_: (world.attempt(world.harm), setattr(world, "came", True)))
    signal.setitimer(signal.ITIMER_REAL, 0.05)


def after(world):
    world.wait(lambda: hasattr(world, "came"))
    signal.signal(signal.SIGALRM, world.before)
