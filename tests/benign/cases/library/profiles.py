"""Measuring: times, memory, counts."""

import time
import timeit
import tracemalloc


def guest(box):
    tracemalloc.start()
    kept = [bytes(100) for _ in range(10)]
    used = tracemalloc.get_traced_memory()[0] > 0
    tracemalloc.stop()
    return timeit.timeit("1 + 1", number=10) > 0, used, time.perf_counter() > 0, len(kept)
