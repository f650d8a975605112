"""
A shell is started.
harm: child
"""

import subprocess


def guest(world):
    subprocess.run(f"touch {world.mark}", shell=True)
