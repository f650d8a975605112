"""A file is removed by a directory's handle and a path that climbs."""

import os


def guest(world):
    handle = os.open(world.box, os.O_PATH)
    try:
        os.unlink("../outside/canary", dir_fd=handle)
    finally:
        os.close(handle)
