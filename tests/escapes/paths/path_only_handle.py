"""A file that was opened as a path only is opened again by its name in /proc."""

import os


def guest(world):
    handle = os.open(world.canary, os.O_PATH)
    try:
        with open(f"/proc/self/fd/{handle}", "w") as file:
            file.write("harmed")
    finally:
        os.close(handle)
