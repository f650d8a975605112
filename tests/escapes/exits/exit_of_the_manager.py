"""The guest finds the manager in the host's frame and leaves it."""

import sys


def enter(world, manager, guest):
    with manager:
        guest(world)


def guest(world):
    frame = sys._getframe()
    while "manager" not in frame.f_locals:
        frame = frame.f_back
    world.attempt(frame.f_locals["manager"].__exit__, None, None, None)
    world.harm()
