"""A job is put into the private queue of a pool that the guest makes."""

import concurrent.futures
import threading


class Item:
    def __init__(self, world):
        self.world, self.done = world, threading.Event()

    def run(self, *_):
        self.world.attempt(self.world.harm)
        self.done.set()


def guest(world):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        item = Item(world)
        pool._work_queue.put(item)
        item.done.wait(5)
