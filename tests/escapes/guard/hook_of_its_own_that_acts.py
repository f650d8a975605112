"""The guest adds an audit hook, which does the harm at the next event."""

import sys


def guest(world):
    busy = []

    def hook(*_):
        if not busy:
            busy.append(1)
            world.attempt(world.harm)

    world.attempt(sys.addaudithook, hook)
    sys.audit("guest.event")
    busy.append(1)
