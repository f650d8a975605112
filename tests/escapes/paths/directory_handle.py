"""A path climbs out of a directory that was opened."""

import os


def guest(world):
    handle = os.open(world.box, os.O_RDONLY)
    try:
        os.close(os.open("../outside/canary", os.O_WRONLY | os.O_TRUNC, dir_fd=handle))
    finally:
        os.close(handle)
