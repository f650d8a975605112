"""A process of multiprocessing's, started anew, does the harm."""

import multiprocessing
import pathlib


def guest(world):
    worker = multiprocessing.get_context("spawn").Process(target=pathlib.Path.write_text, args=(world.canary, "harmed"))
    worker.start()
    worker.join()
