"""A trace function for threads to come does the harm in a thread of the host's."""

import threading


def guest(world):
    def trace(*_):
        world.attempt(world.harm)

    threading.settrace(trace)
    threading.setprofile(trace)
    worker = threading.Thread(target=int)
    worker.start()
    worker.join()
    threading.settrace(None)
    threading.setprofile(None)
