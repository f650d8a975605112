"""A thread runs the loop of multiprocessing's workers over a queue of the guest's."""

import multiprocessing.pool
import queue
import threading


def guest(world):
    jobs, results = queue.SimpleQueue(), queue.SimpleQueue()
    jobs.put((0, 0, world.harm, (), {}))
    jobs.put(None)
    worker = threading.Thread(target=multiprocessing.pool.worker, args=(jobs, results))
    worker.start()
    worker.join(5)
