"""The number of a directory's handle changes its meaning under the call, by another thread."""

import os
import threading
import time


def host(world):
    world.inner, world.outer = os.open(world.box, os.O_RDONLY), os.open(world.outside, os.O_RDONLY)
    world.number = os.dup(world.inner)


def guest(world):
    done = threading.Event()

    def flip():
        while not done.is_set():
            os.dup2(world.outer, world.number)
            os.dup2(world.inner, world.number)

    worker = threading.Thread(target=flip)
    worker.start()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        try:
            os.close(os.open("canary", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, dir_fd=world.number))
        except OSError:
            pass
    done.set()
    worker.join()
