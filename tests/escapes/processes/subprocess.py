"""
A program is started.
harm: child
"""

import subprocess


def guest(world):
    subprocess.run(["touch", world.mark])
