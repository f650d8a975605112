"""
What an event costs in one thread, and in each of two (or more) that run at the same time.

Without a GIL the two figures have to be the same: whatever an event writes has to be its own thread's. With a GIL
threads take turns, so there the comparison says nothing, and the script says so.

Run: python benchmarks/bench_threads.py [--threads N] [--json FILE] [--only TEXT]
"""

import argparse
import contextlib
import contextvars
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from pathlib import Path

ROUNDS = 400  # short ones, so that many of them are not interrupted by other programs
NANOSECONDS = 300_000  # what a round is to take
ENOUGH, ATTEMPTS = 30, 12  # undisturbed rounds, and how often to try for as many
# The situations that rows.py knows.
PAIR, ENTER = "ContextVar set and reset", "enter and leave, a manager for each"
NO_SCOPE, ELSEWHERE = "event, no scope alive", "event, a scope elsewhere"
INSIDE, INHERITED = "event, one policy, a scope for each", "event, one scope that all inherit"
SOURCE = Path(__file__).parent / "controls" / "many_events.c"


def build_events(folder):
    """Compile the loops for this interpreter."""
    target = Path(folder, "many_events" + sysconfig.get_config_var("EXT_SUFFIX"))
    include = sysconfig.get_path("include")
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", f"-I{include}", str(SOURCE), "-o", str(target)], check=True)
    sys.path.insert(0, folder)
    import many_events

    return many_events


def spin(numbers, own, number):
    """Wait, without sleeping, until every thread has come to this round."""
    numbers[own] = number
    while min(numbers) < number:
        pass


def rounds(numbers, own, operation, count, results):
    """Time rounds of `count` operations: (start, end, time on the processor), in nanoseconds."""
    for number in range(1, ROUNDS + 1):
        spin(numbers, own, number)
        start, used = time.perf_counter_ns(), time.thread_time_ns()
        operation(count)
        results[own].append((start, time.perf_counter_ns(), time.thread_time_ns() - used))


def is_undisturbed(parts):
    """Whether all threads ran throughout, and most of the time together."""
    together = min(end for _, end, _ in parts) - max(start for start, _, _ in parts)
    return all(end - start < 1.1 * used + 20_000 and together > 0.8 * (end - start) for start, end, used in parts)


def measure(threads, make_operation, around, inherit):
    """Give nanoseconds for one operation in each of `threads`, and how many rounds were undisturbed."""
    numbers = [0] * threads
    results = [[] for _ in range(threads)]

    def calibrate(operation):
        start = time.perf_counter_ns()
        operation(1000)
        return max(100, 1000 * NANOSECONDS // (time.perf_counter_ns() - start))

    with around():
        count = calibrate(make_operation(0))

    def work(own):
        with contextlib.nullcontext() if inherit else around():
            rounds(numbers, own, make_operation(own), count, results)

    good = []
    for _ in range(ATTEMPTS):
        numbers[:] = [0] * threads
        with around() if inherit else contextlib.nullcontext():
            workers = [threading.Thread(target=work, args=(own,)) for own in range(threads)]
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        good = [parts for parts in zip(*results, strict=True) if is_undisturbed(parts)]
        if len(good) >= ENOUGH:
            break
    times = [(end - start) / count for parts in good for start, end, _ in parts]
    return (statistics.median(times) if times else float("nan")), len(good)


@contextlib.contextmanager
def held_elsewhere(manager):
    """Keep a scope alive in another thread."""
    inside, over = threading.Event(), threading.Event()

    def hold():
        with manager:
            inside.set()
            over.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    inside.wait()
    yield
    over.set()
    thread.join()


def situations(folder):
    """(name, operation for a thread, what is around it, whether the threads inherit it)."""
    many_events = build_events(folder)
    places = [tempfile.mkstemp(dir=tempfile.mkdtemp(dir=folder))[1] for _ in range(64)]

    def event(_own):
        return many_events.events

    def opening(own):
        return lambda count: many_events.openings(count, places[own])

    def entering(_own):
        manager = sandbox(Policy.unrestricted())

        def enter(count):
            for _ in range(count):
                with manager:
                    pass

        return enter

    def setting(own):
        variable = contextvars.ContextVar(f"of thread {own}")

        def pair(count):
            for _ in range(count):
                variable.reset(variable.set(1))

        return pair

    nothing = contextlib.nullcontext
    yield "event, no hook", event, nothing, False
    yield PAIR, setting, nothing, False
    many_events.hook()
    yield "event, an empty hook", event, nothing, False

    from fastaudit import Policy, sandbox

    policy = Policy(read=[folder], allow=["benchmarks.*"])

    def inside():
        return sandbox(policy)

    def own_policy():
        return sandbox(policy.replace(name=str(threading.get_ident())))

    sandbox(policy)
    yield NO_SCOPE, event, nothing, False
    with held_elsewhere(sandbox(policy)):
        yield ELSEWHERE, event, nothing, False
    yield "event, a policy for each thread", event, own_policy, False
    yield INSIDE, event, inside, False
    yield INHERITED, event, inside, True
    yield "opening, a scope for each", opening, inside, False
    yield "opening, one scope that all inherit", opening, inside, True
    yield ENTER, entering, nothing, False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json")
    parser.add_argument("--only", default="", help="measure the situations whose name has this in it")
    options = parser.parse_args()
    free = bool(sysconfig.get_config_var("Py_GIL_DISABLED")) and not sys._is_gil_enabled()
    if not free:
        print("this Python has a GIL: its threads take turns, so the figures cannot be compared")
    print(f"{sys.version.split()[0]}{'t' if free else ''}, {os.cpu_count()} processors; nanoseconds, median")
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, operation, around, inherit in situations(os.path.realpath(folder)):
            if options.only not in name:
                continue
            one, ones = measure(1, operation, around, inherit)
            more, mores = measure(options.threads, operation, around, inherit)
            rows.append({"name": name, "one": one, "more": more, "threads": options.threads, "rounds": [ones, mores]})
            figures = f"1: {one:8.1f}   {options.threads}: {more:8.1f}   x {more / one:4.2f}"
            print(f"{name:38} {figures}   ({ones} and {mores} rounds)", flush=True)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
