"""The guest finds the host's stack of managers and closes it."""

import contextlib
import contextvars
import sys


def enter(world, manager, guest):
    def hold():
        with contextlib.ExitStack() as stack:
            stack.enter_context(manager)
            guest(world)

    # What the guest does may leave its host held, so that happens in a context of its own.
    contextvars.copy_context().run(hold)


def guest(world):
    frame = sys._getframe()
    while "stack" not in frame.f_locals:
        frame = frame.f_back
    world.attempt(frame.f_locals["stack"].close)
    world.harm()
