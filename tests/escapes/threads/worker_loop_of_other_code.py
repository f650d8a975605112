"""A function with another name and the code of a worker's loop runs a queue of the guest's."""

import multiprocessing.pool
import queue
import threading
import types


def guest(world):
    loop = types.FunctionType(
        multiprocessing.pool.worker.__code__,
        {**vars(multiprocessing.pool), "mapstar": world.harm},
        argdefs=multiprocessing.pool.worker.__defaults__,
    )
    jobs, results = queue.SimpleQueue(), queue.SimpleQueue()
    jobs.put((0, 0, world.harm, (), {}))
    jobs.put(None)
    worker = threading.Thread(target=loop, args=(jobs, results))
    worker.start()
    worker.join(5)
