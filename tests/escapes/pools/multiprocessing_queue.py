"""What is put into a queue of multiprocessing's does harm when a thread of the host's pickles it."""

import multiprocessing


class Thing:
    """Does the harm where it is pickled."""

    def __init__(self, world):
        self.world = world

    def __reduce__(self):
        self.world.attempt(self.world.harm)
        return int, ()


def host(world):
    world.queue = multiprocessing.Queue()
    world.queue.put(1)  # which starts the thread
    assert world.queue.get(timeout=20) == 1


def guest(world):
    world.queue.put(Thing(world))


def after(world):
    assert world.queue.get(timeout=20) == 0
    world.queue.close()
    world.queue.join_thread()
