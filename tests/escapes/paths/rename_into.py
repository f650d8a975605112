"""
The guest moves the secret into its folder.
harm: secret
"""

import os


def guest(world):
    os.rename(world.secret, world.box / "mine")
