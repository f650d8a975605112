"""
A process of multiprocessing's does the harm, where forking is granted.
policy: default | Policy(fork=True)
unseen: the refusal is on record in the child
"""

import multiprocessing
import sys


def guest(world):
    def quiet():
        world.attempt(world.harm)

    worker = multiprocessing.get_context("fork").Process(target=quiet)
    worker.start()
    worker.join()
    sys.stderr.flush()
