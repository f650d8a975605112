"""Threads keep what they were started under, by every route."""

import _thread
import contextvars
import queue
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

import pytest

from fastaudit import carry


def routes():
    """Every way to start a thread, by name: takes the function to run in it."""

    def by_thread(function):
        threading.Thread(target=function).start()

    def by_subclass(function):
        class Own(threading.Thread):
            def run(self):
                function()

        Own().start()

    def by_timer(function):
        threading.Timer(0, function).start()

    def by_pool(function):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(function)

    def by_map(function):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: function(), [1]))

    found = {
        "Thread": by_thread,
        "subclass": by_subclass,
        "Timer": by_timer,
        "own pool": by_pool,
        "own pool's map": by_map,
        "start_new_thread": lambda function: _thread.start_new_thread(function, ()),
        "start_new_thread with names": lambda function: _thread.start_new_thread(lambda *, f: f(), (), {"f": function}),
        "start_new": lambda function: _thread.start_new(function, ()),
        "from a fresh context": lambda function: contextvars.Context().run(by_thread, function),
        "into a fresh context": lambda function: by_thread(lambda: contextvars.Context().run(function)),
        "thread from thread": lambda function: by_thread(lambda: by_thread(function)),
    }
    if sys.version_info >= (3, 13):
        found["start_joinable_thread"] = lambda function: _thread.start_joinable_thread(function)
        found["start_joinable_thread by name"] = lambda function: _thread.start_joinable_thread(
            daemon=True, function=function
        )
    if sys.version_info >= (3, 14):
        found["Thread with a context"] = lambda function: threading.Thread(
            target=function, context=contextvars.Context()
        ).start()
    return found


@pytest.fixture(params=sorted(routes()))
def start(request):
    """Start a thread by one route, and give what the function returned there."""

    def start(function):
        answers = queue.Queue()
        routes()[request.param](lambda: answers.put(function()))
        return answers.get(timeout=30)

    return start


def test_a_thread_started_inside_is_held_and_one_outside_is_not(probe, hold, start):
    with hold("a"), hold("b"):
        assert start(probe) == "ab"
    assert start(probe) == ""


def test_a_thread_keeps_what_it_was_started_under_after_the_block(probe, hold, start):
    go, answers = threading.Event(), queue.Queue()

    def wait():
        go.wait(30)
        return probe()

    def later():
        answers.put(wait())

    with hold("a"):
        threading.Thread(target=later).start()
    assert probe() == ""
    go.set()
    assert answers.get(timeout=30) == "a"


def test_a_thread_cannot_leave_by_an_empty_or_older_context(probe, hold, start):
    older = contextvars.copy_context()

    def escape():
        return contextvars.Context().run(probe), older.run(probe)

    with hold("a"):
        assert start(escape) == ("a", "a")
    assert older.run(probe) == ""


def test_a_block_inside_a_thread_adds_to_what_it_was_started_under(probe, hold, start):
    def inside():
        with hold("b"):
            seen = probe()
        return seen, probe()

    with hold("a"):
        assert start(inside) == ("ab", "a")
    assert start(inside) == ("b", "")


def test_a_block_is_not_left_from_another_thread(probe, hold):
    manager = hold("a")
    with manager:
        inner = []

        def attempt():
            try:
                manager.__exit__(None, None, None)
            except Exception as error:
                inner.append(type(error).__name__)

        thread = threading.Thread(target=attempt)
        thread.start()
        thread.join()
        assert inner == ["ScopeError"]
        assert probe() == "a"


def test_threads_of_different_policies_keep_to_their_own(probe, hold):
    barrier = threading.Barrier(8)
    answers = {}

    def worker(number, name):
        barrier.wait(30)
        with hold(name):
            seen = set()
            for _ in range(50):
                seen.add(probe())
                with hold("f"):
                    seen.add(probe())
        answers[number] = (seen, probe())

    threads = [threading.Thread(target=worker, args=(number, "abcd"[number % 4])) for number in range(8)]
    for thread in threads:
        thread.start()
    assert probe() == ""
    for thread in threads:
        thread.join()
    for number in range(8):
        name = "abcd"[number % 4]
        assert answers[number] == ({name, name + "f"}, "")


def test_a_wrong_call_raises_as_without_us(hold):
    with hold("a"):
        for call in (
            lambda: _thread.start_new_thread(),
            lambda: _thread.start_new_thread(1, ()),
            lambda: _thread.start_new_thread(print, 1),
            lambda: _thread.start_new_thread(print, (), 1),
        ):
            with pytest.raises(TypeError):
                call()


def test_an_exception_in_a_held_thread_is_reported_as_ever(hold, monkeypatch):
    reported = queue.Queue()
    monkeypatch.setattr(sys, "unraisablehook", reported.put)
    monkeypatch.setattr(threading, "excepthook", reported.put)

    def fail():
        raise ZeroDivisionError

    with hold("a"):
        _thread.start_new_thread(fail, ())
        assert reported.get(timeout=30).exc_type is ZeroDivisionError
        threading.Thread(target=fail).start()
        assert reported.get(timeout=30).exc_type is ZeroDivisionError


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_may_end_by_system_exit(probe, hold):
    with hold("a"):
        thread = threading.Thread(target=sys.exit)
        thread.start()
        thread.join()
    assert probe() == ""


# ---- multiprocessing's pool of threads ----


@pytest.fixture
def threads():
    with ThreadPool(1) as pool:
        yield pool


def test_a_job_given_to_a_hosts_multiprocessing_pool_is_held(probe, hold, threads):
    assert threads.apply(probe) == ""
    with hold("a"):
        assert threads.apply(probe) == "a"
        assert threads.map(lambda _: probe(), [1, 2]) == ["a", "a"]
        assert threads.starmap(lambda *_: probe(), [(1, 2)]) == ["a"]
        assert list(threads.imap(lambda _: probe(), [1, 2])) == ["a", "a"]
        assert list(threads.imap_unordered(lambda _: probe(), [1], chunksize=1)) == ["a"]
        later = threads.apply_async(probe)
    assert later.get() == "a"
    assert threads.apply(probe) == ""


def test_what_a_multiprocessing_pool_does_for_a_job_is_held(probe, hold, threads):
    seen = []

    def items():
        seen.append(probe())
        yield 1

    with hold("a"):
        list(threads.imap(str, items()))
        list(threads.imap(str, items(), 2))
        threads.apply_async(int, callback=lambda _: seen.append(probe())).wait()
        threads.map_async(int, ["x"], error_callback=lambda _: seen.append(probe())).wait()
        with pytest.raises(ZeroDivisionError):
            list(threads.imap(str, (1 // 0 for _ in "x")))
        with pytest.raises(TypeError):
            threads.imap(str, 5)
    assert threads.apply(probe) == ""
    assert seen == ["a"] * 4


def test_a_multiprocessing_pool_made_inside_holds_everybodys_jobs(probe, hold):
    with hold("a"):
        pool = ThreadPool(1)
    with pool:
        assert pool.apply(probe) == "a"


# ---- queues of one's own ----


@pytest.fixture
def jobs():
    """A host's worker that calls what it finds in a queue."""
    waiting, answers = queue.Queue(), queue.Queue()

    def work():
        while (job := waiting.get()) is not None:
            try:
                answers.put(job())
            except Exception as error:
                answers.put(error)

    thread = threading.Thread(target=work)
    thread.start()

    def give(job):
        waiting.put(job)
        return answers.get(timeout=30)

    yield give
    waiting.put(None)
    thread.join()


def test_what_is_carried_runs_under_what_was_in_force_when_it_was_made(probe, hold, jobs):
    with hold("a"):
        held = carry(probe)
        assert jobs(held) == "a"
    assert jobs(held) == "a"
    assert jobs(probe) == ""
    with hold("b"):
        assert held() == "ab"
    assert carry(probe) is probe
    assert "probe" in repr(held).lower()


def test_an_error_of_what_is_carried_comes_out(hold, jobs):
    with hold("a"):
        assert type(jobs(carry(lambda: 1 // 0))) is ZeroDivisionError
        assert carry(divmod)(7, 2) == (3, 1)


async def coroutine_function(): ...


def generator():
    yield


@pytest.mark.parametrize("wrong", [coroutine_function, generator, 5, None])
def test_what_cannot_be_carried_is_said(hold, wrong):
    with pytest.raises(TypeError, match="carry\\(\\) takes a"):
        carry(wrong)
    with hold("a"), pytest.raises(TypeError, match="carry\\(\\) takes a"):
        carry(wrong)
