"""
The names in a folder are the secret, and are found by a pattern.
harm: secret
"""

import glob


def host(world):
    (world.outside / "folder" / "the secret of the host").touch()


def guest(world):
    world.loot("\n".join(glob.glob(f"{world.outside}/**", recursive=True)))
