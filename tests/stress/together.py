"""Threads that start at one moment: a race is hardly ever seen between threads that start one after the other."""

import threading

THREADS = 6
SECONDS = 600  # a thread that is not done by then never will be


def together(work, threads=THREADS):
    """
    Call ``work(number)`` in that many threads at once.

    Returns:
        What they returned, in the order of their numbers. The first exception of any of them is raised here.
    """
    barrier = threading.Barrier(threads)
    results, errors = [None] * threads, []

    def run(number):
        try:
            barrier.wait(SECONDS)
            results[number] = work(number)
        except BaseException as error:  # handed on, whatever it is
            errors.append(error)
            barrier.abort()

    started = [threading.Thread(target=run, args=(number,), daemon=True) for number in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join(SECONDS)
    if errors:
        raise errors[0]
    assert not any(thread.is_alive() for thread in started), "a thread hangs"
    return results
