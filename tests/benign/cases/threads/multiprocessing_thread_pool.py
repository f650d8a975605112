"""multiprocessing's pool of threads."""

import multiprocessing.pool

# From 3.15 on the first pool starts a process for all, which looks after locks; the host's does.
multiprocessing.pool.ThreadPool(1).terminate()


def guest(box):
    with multiprocessing.pool.ThreadPool(2) as pool:
        return pool.map(abs, [-1, 2]), pool.apply(pow, (2, 3)), list(pool.imap(str, range(3)))
