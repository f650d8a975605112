"""A job is put into the private queue of a pool of the host's."""

import concurrent.futures
import threading


class Item:
    def __init__(self, world):
        self.world, self.done = world, threading.Event()

    def run(self, *_):
        self.world.attempt(self.world.harm)
        self.done.set()


def host(world):
    world.pool = concurrent.futures.ThreadPoolExecutor(1)
    world.pool.submit(int).result()


def guest(world):
    item = Item(world)
    world.pool._work_queue.put(item)
    item.done.wait(5)


def after(world):
    world.pool.shutdown()
