"""multiprocessing's pool of threads."""

import multiprocessing.pool
import multiprocessing.resource_tracker

# From 3.15 on the locks of a pool are told to a process, one for all, which is the host's to start.
multiprocessing.resource_tracker.ensure_running()


def guest(box):
    with multiprocessing.pool.ThreadPool(2) as pool:
        return pool.map(abs, [-1, 2]), pool.apply(pow, (2, 3)), list(pool.imap(str, range(3)))
