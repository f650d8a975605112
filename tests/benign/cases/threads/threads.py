"""Threads with locks, events, conditions and their own data."""

import threading


def guest(box):
    lock, local, got = threading.RLock(), threading.local(), []
    barrier = threading.Barrier(3)

    def work(number):
        local.number = number
        barrier.wait(5)
        with lock:
            got.append(local.number)

    threads = [threading.Thread(target=work, args=(number,), name=f"worker-{number}") for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(got)
