"""A process of multiprocessing's, forked, does the harm."""

import multiprocessing


def guest(world):
    worker = multiprocessing.get_context("fork").Process(target=world.harm)
    worker.start()
    worker.join()
