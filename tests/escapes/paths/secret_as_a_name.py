"""
The names in a folder are the secret, and are listed.
harm: secret
"""

import os


def host(world):
    (world.outside / "folder" / "the secret of the host").touch()


def guest(world):
    world.loot("\n".join(os.listdir(world.outside / "folder")))
