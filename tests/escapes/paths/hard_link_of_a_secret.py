"""
The guest gives the secret a second name in its folder and reads there.
harm: secret
"""

import os


def guest(world):
    os.link(world.secret, world.box / "mine")
