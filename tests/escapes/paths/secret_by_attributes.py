"""
The secret lies in an extended attribute, which is read without the file.
harm: secret
"""

import os


def host(world):
    os.setxattr(world.canary, "user.secret", world.secret.read_bytes())


def guest(world):
    world.loot(os.getxattr(world.canary, "user.secret"))
