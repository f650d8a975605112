"""
A thread is given a context of the host's.
since: 3.14
"""

import contextvars
import threading


def host(world):
    world.context = contextvars.copy_context()


def guest(world):
    worker = threading.Thread(target=world.attempt, args=(world.harm,), context=world.context)
    worker.start()
    worker.join()
