"""A path climbs out of a directory that was opened, by its name in /proc."""

import os


def guest(world):
    handle = os.open(world.box, os.O_RDONLY)
    try:
        with open(f"/proc/self/fd/{handle}/../outside/canary", "w") as file:
            file.write("harmed")
    finally:
        os.close(handle)
