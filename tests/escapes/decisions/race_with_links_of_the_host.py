"""A thread exchanges two links of the host's by renaming, and files are opened through one of them."""

import os
import threading
import time


def host(world):
    (world.box / "mine").write_text("x")
    (world.box / "one").symlink_to(world.box / "mine")
    (world.box / "two").symlink_to(world.canary)


def guest(world):
    done = threading.Event()

    def swap():
        while not done.is_set():
            for first, second in (("one", "three"), ("two", "one"), ("three", "two")):
                world.attempt(os.rename, world.box / first, world.box / second)

    worker = threading.Thread(target=swap)
    worker.start()
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        for name in ("one", "two", "three"):
            world.attempt((world.box / name).write_text, "harmed")
    done.set()
    worker.join()
