"""
A connection is made through a link in the granted folder.
harm: network
policy: default | Policy(connect=[f"unix:{box}/mine"])
"""

import socket


def host(world):
    (world.box / "link").symlink_to(world.unix)


def guest(world):
    socket.socket(socket.AF_UNIX).connect(str(world.box / "link"))
