"""An object does its harm when it is collected in the empty context."""

import contextvars


class Trap:
    def __init__(self, world):
        self.world = world

    def __del__(self):
        self.world.attempt(self.world.harm)


def guest(world):
    kept = [Trap(world)]
    contextvars.Context().run(kept.clear)
