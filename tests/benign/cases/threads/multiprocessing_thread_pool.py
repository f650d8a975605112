"""multiprocessing's pool of threads."""

import multiprocessing.pool


def guest(box):
    with multiprocessing.pool.ThreadPool(2) as pool:
        return pool.map(abs, [-1, 2]), pool.apply(pow, (2, 3)), list(pool.imap(str, range(3)))
