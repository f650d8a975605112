"""
The secret is where a link leads, and is read from the link.
harm: secret
held: no: os.readlink, os.stat, os.access
"""

import os


def host(world):
    (world.outside / "link").symlink_to("the secret of the host")


def guest(world):
    world.loot(os.readlink(world.outside / "link"))
