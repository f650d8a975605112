"""
A pool of interpreters does the harm.
since: 3.14
"""

import concurrent.futures
import pathlib


def guest(world):
    with concurrent.futures.InterpreterPoolExecutor(1) as pool:
        pool.submit(pathlib.Path.write_text, world.canary, "harmed").result()
