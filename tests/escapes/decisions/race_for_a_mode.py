"""A file that may be read is put behind the number of another one whose mode another thread changes.

policy: default | Policy(read=True)
"""

import os
import threading
import time


def guest(world):
    (world.box / "mine").write_text("mine")
    theirs = os.open(world.canary, os.O_RDONLY)
    mine = os.open(world.box / "mine", os.O_RDONLY)
    number = os.dup(mine)
    done = threading.Event()

    def exchange():
        while not done.is_set():
            os.dup2(theirs, number)
            os.dup2(mine, number)

    exchanger = threading.Thread(target=exchange)
    exchanger.start()
    end = time.monotonic() + 1
    while time.monotonic() < end:
        world.attempt(os.fchmod, number, 0o400)
        world.attempt(os.utime, number, (5, 5))
    done.set()
    exchanger.join()
