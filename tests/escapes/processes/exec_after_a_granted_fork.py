"""
A forked child becomes another program, where forking is granted.
harm: child
policy: default | Policy(fork=True)
unseen: the refusal is on record in the child
"""

import os


def guest(world):
    pid = os.fork()
    if pid == 0:
        try:
            os.execlp("touch", "touch", str(world.mark))
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
