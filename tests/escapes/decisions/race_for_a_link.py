"""A thread swaps a link in the granted folder all the while, and the file is opened through it."""

import os
import threading
import time


def guest(world):
    link, done = world.box / "link", threading.Event()
    (world.box / "mine").write_text("x")

    def swap():
        while not done.is_set():
            for target in (world.box / "mine", world.canary):
                try:
                    os.symlink(target, world.box / "next")
                except OSError:
                    (world.box / "next").symlink_to("mine")
                os.replace(world.box / "next", link)

    worker = threading.Thread(target=lambda: world.attempt(swap))
    worker.start()
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        world.attempt(link.write_text, "harmed")
    done.set()
    worker.join()
