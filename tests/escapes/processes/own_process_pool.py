"""A process pool of the guest's does the harm."""

import concurrent.futures
import multiprocessing
import pathlib


def guest(world):
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as pool:
        pool.submit(pathlib.Path.write_text, world.canary, "harmed").result()
