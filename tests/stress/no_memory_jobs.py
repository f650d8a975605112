"""More acts that no_memory.py runs without memory: jobs for processes and queues, items of executors."""

import concurrent.futures.process
import multiprocessing
import multiprocessing.pool
import multiprocessing.queues
import pickle
import queue

from no_memory_acts import held, held_without_memory, manager, refused
from no_memory_scopes import threads_awaited

from fastaudit import Violation

FORK = multiprocessing.get_context("fork")
processes = concurrent.futures.ProcessPoolExecutor(1, mp_context=FORK)
assert processes.submit(held).result() is False
GROWS = processes._safe_to_dynamically_spawn_children = True  # as with other ways to start them, whatever Python says
pool = FORK.Pool(1)
assert pool.apply(held) is False
channels = [FORK.Queue(), FORK.JoinableQueue()]


class Told:
    """Something that knows where it was pickled."""

    def __init__(self, tell):
        self.tell = tell

    def __reduce__(self):
        self.tell()
        return int, ("5",)


def processes_jobs(arm, disarm):
    """A job for a process of the host's is held there, and so is whoever pickles it."""
    answers = []
    told = Told(lambda: answers.append(held_without_memory(disarm, arm)))
    lacked = None
    with manager:
        for job in ((held,), (int, "5"), (max, told, 4), (open, "/of/nobody")):
            future = None
            try:
                arm()
                try:
                    future = processes.submit(*job)
                finally:
                    disarm()
                answer = future.result()
            except (MemoryError, pickle.PicklingError) as error:  # pickle says so of a module that it could not look up
                lacked = error
            except (Violation, FileNotFoundError):
                assert job[0] is open
            else:
                assert answer == (True if job == (held,) else 5)
    assert all(answers), "something is pickled by the host"
    assert processes._safe_to_dynamically_spawn_children is GROWS, "it starts no processes any more"
    assert processes.submit(held).result() is False
    if lacked is not None:
        raise MemoryError


def processes_made(arm, disarm):
    """A pool that is made inside is noted, or there is none."""
    with manager:
        arm()
        try:
            made = concurrent.futures.ProcessPoolExecutor(1, mp_context=FORK)
        finally:
            disarm()
        made.shutdown()


def processes_refused(arm, disarm):
    refused(arm, disarm, pool.apply_async, print)


def queues_given(arm, disarm):
    """What is put into a queue is pickled inside, at once."""
    answers = []

    def tell():
        answers.append(held_without_memory(disarm, arm))

    lacked = None
    for channel in channels:
        for thing, plain in ((Told(tell), 5), ([1], [1]), (b"x", b"x")):
            try:
                with manager:
                    arm()
                    try:
                        channel.put(thing)
                    finally:
                        disarm()
            except MemoryError as error:
                lacked = error
            else:
                assert channel.get() == plain
    assert all(answers), "something is pickled by the host"
    if lacked is not None:
        raise MemoryError


# ---- executors whose queues are their own ----


class Ordered(concurrent.futures.ThreadPoolExecutor):
    """The one that was given last comes first."""

    def __init__(self):
        super().__init__(1)
        self._work_queue = queue.LifoQueue()


def items(arm, disarm):
    with threads_awaited(), Ordered() as executor:
        assert executor.submit(held).result() is False
        with manager:
            arm()
            try:
                job = executor.submit(held)
            finally:
                disarm()
            assert job.result() is True
        assert executor.submit(held).result() is False
