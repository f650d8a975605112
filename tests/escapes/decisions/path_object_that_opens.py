"""A path object, when asked, opens scopes and files, and then answers."""

import os

from fastaudit import Policy, sandbox


class Path:
    def __init__(self, world):
        self.world = world

    def __fspath__(self):
        with sandbox(Policy.unrestricted()):
            self.world.attempt(open, os.devnull)
        sandbox(Policy.unrestricted()).start()
        return str(self.world.canary)


def guest(world):
    with open(Path(world), "w") as file:
        file.write("harmed")
