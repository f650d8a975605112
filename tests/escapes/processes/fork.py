"""
A forked child does the harm.
"""

import os


def guest(world):
    pid = os.fork()
    if pid == 0:
        try:
            world.harm()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
