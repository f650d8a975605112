"""A path object answers differently each time it is asked."""

import os


class Path:
    def __init__(self, *answers):
        self.answers = list(answers)

    def __fspath__(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def guest(world):
    for lies in range(4):
        world.attempt(open, Path(*[f"{world.box}/mine"] * lies, str(world.canary)), "w")
        world.attempt(os.open, Path(*[f"{world.box}/mine"] * lies, str(world.canary)), os.O_WRONLY | os.O_TRUNC)
        world.attempt(os.remove, Path(*[f"{world.box}/mine"] * lies, str(world.canary)))
