"""A thread runs the loop of concurrent.futures' workers over a queue of the guest's."""

import concurrent.futures.thread as pools
import queue
import threading
import weakref


class Item:
    def __init__(self, world):
        self.world = world

    def run(self, *_):
        self.world.attempt(self.world.harm)

    def is_set(self):
        return False


class Executor:
    _shutdown = True
    _idle_semaphore = threading.Semaphore(0)

    def _initializer_failed(self):
        pass


def guest(world):
    items = queue.SimpleQueue()
    items.put(Item(world))
    items.put(None)
    executor = Executor()
    arguments = (weakref.ref(executor), items, None, ())
    if pools._worker.__code__.co_argcount == 3:  # 3.14 and later

        class Context:
            def initialize(self):
                pass

            def finalize(self):
                pass

            def run(self, task):
                world.attempt(world.harm)

        Item.run = lambda self, context: context.run(None)
        arguments = (weakref.ref(executor), Context(), items)
    worker = threading.Thread(target=pools._worker, args=arguments)
    worker.start()
    worker.join(5)
