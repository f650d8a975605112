"""A class of the guest's has the exit of the host's manager as its own."""

import sys


def guest(world):
    frame = sys._getframe()
    while "manager" not in frame.f_locals:
        frame = frame.f_back
    manager = frame.f_locals["manager"]

    class Stolen:
        def __enter__(self):
            return self

        __exit__ = manager.__exit__

    def steal():
        with Stolen():
            pass

    world.attempt(steal)
    world.harm()
