"""
The secret is copied into the granted folder by the fast ways of shutil.
harm: secret
"""

import shutil


def guest(world):
    shutil.copy2(world.secret, world.box / "mine")
