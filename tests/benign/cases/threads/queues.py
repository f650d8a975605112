"""Queues between threads."""

import queue
import threading


def guest(box):
    jobs, done = queue.Queue(), queue.SimpleQueue()

    def work():
        while (job := jobs.get()) is not None:
            done.put(job * 2)
            jobs.task_done()

    thread = threading.Thread(target=work)
    thread.start()
    for number in range(5):
        jobs.put(number)
    jobs.put(None)
    thread.join()
    return [done.get() for _ in range(5)]
