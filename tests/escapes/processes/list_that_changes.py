"""
The list of arguments changes while it is read.
harm: child
policy: default | Policy(run=["touch harmless"])
"""

import os
import subprocess


class Argument(os.PathLike):
    def __init__(self, *answers):
        self.answers = list(answers)

    def __fspath__(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def guest(world):
    for lies in range(3):
        world.attempt(subprocess.run, ["touch", Argument(*["harmless"] * lies, str(world.mark))])
