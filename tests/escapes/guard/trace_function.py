"""A trace function does the harm, and jumps out of the host's block."""

import sys


def guest(world):
    def trace(frame, event, argument):
        sys.settrace(None)
        world.attempt(world.harm)
        return None

    world.attempt(sys.settrace, trace)
    (lambda: None)()
    sys.settrace(None)
