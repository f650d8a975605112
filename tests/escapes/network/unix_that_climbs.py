"""
A connection is made to a relative name that climbs.
harm: network
policy: default | Policy(cwd=True)
"""

import os
import socket


def guest(world):
    os.chdir(world.box)
    socket.socket(socket.AF_UNIX).connect("../unix")


def after(world):
    os.chdir("/")
