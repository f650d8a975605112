"""
A forked child does the harm, where forking is granted.
policy: default | Policy(fork=True)
unseen: the refusal is on record in the child
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
