"""
A tree is copied whose links lead to the secret.
harm: secret
"""

import shutil


def host(world):
    (world.box / "tree").mkdir()
    (world.box / "tree" / "link").symlink_to(world.secret)


def guest(world):
    shutil.copytree(world.box / "tree", world.box / "copy")


def after(world):
    (world.box / "tree" / "link").unlink()
