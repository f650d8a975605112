"""
A thread of a forked child does the harm, where forking is granted.
policy: default | Policy(fork=True)
unseen: the refusal is on record in the child
"""

import os
import threading


def guest(world):
    pid = os.fork()
    if pid == 0:
        try:
            worker = threading.Thread(target=world.attempt, args=(world.harm,))
            worker.start()
            worker.join()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
