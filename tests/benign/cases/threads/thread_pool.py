"""A pool of threads of one's own."""

import concurrent.futures


def guest(box):
    with concurrent.futures.ThreadPoolExecutor(3, initializer=lambda: None) as pool:
        jobs = [pool.submit(pow, 2, number) for number in range(5)]
        done = {job.result() for job in concurrent.futures.as_completed(jobs)}
        return sorted(done), list(pool.map(str, range(3)))
