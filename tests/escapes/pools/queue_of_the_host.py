"""
A function is put into a queue that a thread of the host's works off.
held: no: queue of the host's own threads
"""

import queue
import threading


def host(world):
    def work():
        while (job := world.jobs.get()) is not None:
            world.attempt(job)
            world.done.set()

    world.jobs, world.done = queue.Queue(), threading.Event()
    world.worker = threading.Thread(target=work)
    world.worker.start()


def guest(world):
    world.jobs.put(world.harm)
    world.done.wait(5)


def after(world):
    world.jobs.put(None)
    world.worker.join()
