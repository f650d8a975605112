"""A function registered for the end of the process does the harm in a child that ends."""

import atexit
import os
import threading


def guest(world):
    worker = threading.Thread(target=lambda: None)
    worker.start()
    worker.join()
    atexit.register(world.harm)
    try:
        atexit._run_exitfuncs()
    finally:
        atexit.unregister(world.harm)
    os.getpid()
