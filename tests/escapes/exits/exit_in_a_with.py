"""The guest enters the host's manager again, and leaves it twice."""

import sys


def guest(world):
    frame = sys._getframe()
    while "manager" not in frame.f_locals:
        frame = frame.f_back
    manager = frame.f_locals["manager"]
    with manager:
        world.attempt(manager.__exit__, None, None, None)
    world.attempt(manager.__exit__, None, None, None)
    world.harm()
