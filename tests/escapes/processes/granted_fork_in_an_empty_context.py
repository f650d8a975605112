"""
A forked child does the harm in an empty context, where forking is granted.
policy: default | Policy(fork=True)
unseen: the refusal is on record in the child
"""

import contextvars
import os


def guest(world):
    pid = contextvars.Context().run(os.fork)
    if pid == 0:
        try:
            contextvars.Context().run(world.harm)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
