"""A child forked with a terminal of its own does the harm."""

import os


def guest(world):
    pid, master = os.forkpty()
    if pid == 0:
        try:
            world.harm()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    os.close(master)
