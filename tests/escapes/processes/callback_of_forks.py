"""
What runs in every forked child does the harm, where forking is granted.
policy: default | Policy(fork=True)
unseen: the refusal is on record in the child
"""

import os


def guest(world):
    os.register_at_fork(after_in_child=lambda: world.attempt(world.harm))
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
