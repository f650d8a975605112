"""A file that may be read is put behind the number of a deleted one while another thread opens that for writing.

policy: default | Policy(read=True)
"""

import os
import threading
import time


def guest(world):
    theirs = os.open(world.canary, os.O_RDONLY)
    mine = os.open(world.box / "deleted", os.O_RDWR | os.O_CREAT)
    os.unlink(world.box / "deleted")
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
        opened = world.attempt(os.open, f"/proc/self/fd/{number}", os.O_WRONLY)
        if opened is not None:
            os.write(opened, b"harmed")
            os.close(opened)
    done.set()
    exchanger.join()
