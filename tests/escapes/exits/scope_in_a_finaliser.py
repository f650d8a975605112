"""A finaliser that runs in the middle of entering and leaving opens scopes that allow everything."""

import gc

from fastaudit import Policy, sandbox


class Trap:
    def __init__(self):
        self.loop = self

    def __del__(self):
        sandbox(Policy.unrestricted()).start()


def guest(world):
    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(20):
            Trap()
            with sandbox(Policy.unrestricted()):
                Trap()
    finally:
        gc.set_threshold(*before)
    gc.collect()
    world.harm()
