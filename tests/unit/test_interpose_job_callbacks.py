"""A callback that is added to a job of concurrent.futures is held to what was in force where it was added."""

import asyncio
import concurrent.futures
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from fastaudit import current


def test_it_is_held_whoever_completes_the_job(probe, hold):
    seen = []
    job = Future()
    with hold("a"):
        job.add_done_callback(lambda done: seen.append((probe(), done)))
    job.add_done_callback(lambda _: seen.append(probe()))
    with hold("b"):
        job.add_done_callback(lambda _: seen.append(probe()))
    job.set_result(1)
    assert seen == [("a", job), "", "b"]
    assert probe() == ""


@pytest.mark.parametrize("end", [lambda job: job.cancel(), lambda job: job.set_exception(ValueError())])
def test_it_is_held_however_the_job_ends(probe, hold, end):
    seen = []
    job = Future()
    with hold("a"):
        job.add_done_callback(lambda _: seen.append(probe()))
    end(job)
    assert seen == ["a"]


def test_it_is_called_at_once_when_the_job_is_done(probe, hold):
    seen = []
    job = Future()
    job.set_result(1)
    with hold("a"):
        job.add_done_callback(lambda done: seen.append((probe(), done.result())))
        assert seen == [("a", 1)]


def test_it_is_held_beside_what_the_worker_is_held_to(probe, hold):
    seen = []
    go = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with hold("a"):
            job = pool.submit(go.wait, 5)
        with hold("b"):
            job.add_done_callback(lambda _: seen.append(probe()))
        go.set()
        job.result(5)
    assert seen == ["ab"]


def test_what_it_raises_is_reported_inside(hold, caplog):
    seen = []

    class Told(Exception):
        def __str__(self):
            box = current()
            seen.append(box and box.policy.name)
            return "told"

    def callback(_):
        raise Told

    job = Future()
    with hold("a"):
        job.add_done_callback(callback)
    with caplog.at_level("ERROR", "concurrent.futures"):
        job.set_result(1)
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("concurrent.futures", "ERROR")
    assert record.getMessage() == f"exception calling callback for {job!r}"
    assert record.exc_info[0] is Told and record.exc_info[2].tb_next is None
    assert set(seen) == {"a"}


def test_what_its_exception_says_of_itself_is_asked_inside(hold, caplog):
    seen = []

    def ask():
        box = current()
        seen.append(box and box.policy.name)
        raise Told

    class Told(RecursionError):
        __traceback__ = property(lambda self: ask())
        __str__ = __repr__ = lambda self: ask()

    class End(BaseException):
        __str__ = __repr__ = lambda self: ask()

    def callback(_, kind):
        raise kind

    for kind in (Told, End, SystemExit):
        with ThreadPoolExecutor(1) as pool:
            go = threading.Event()
            job = pool.submit(go.wait, 5)
            with hold("a"):
                job.add_done_callback(lambda done, kind=kind: callback(done, kind))
            go.set()
            assert job.result(5) and pool.submit(int).result(5) == 0, "the worker goes on"
    assert set(seen) == {"a"}


def test_who_interrupts_everything_is_not_kept_from_it(hold):
    def callback(_):
        raise KeyboardInterrupt(object())

    job = Future()
    with hold("a"):
        job.add_done_callback(callback)
    with pytest.raises(KeyboardInterrupt) as caught:
        job.set_result(1)
    assert caught.value.args == ()


@pytest.mark.parametrize("wrong", [(), (1, 2)])
def test_mistakes_are_pythons_own(hold, wrong):
    messages = []
    for inside in (False, True):
        with pytest.raises(TypeError) as caught:
            if inside:
                with hold("a"):
                    Future().add_done_callback(*wrong)
            else:
                Future().add_done_callback(*wrong)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


def test_what_waits_for_jobs_works_inside(probe, hold):
    async def main():
        loop = asyncio.get_running_loop()
        return await asyncio.gather(*(loop.run_in_executor(None, probe) for _ in range(3)), asyncio.to_thread(probe))

    with ThreadPoolExecutor(2) as pool, hold("a"):
        jobs = [pool.submit(probe) for _ in range(4)]
        assert [job.result() for job in concurrent.futures.as_completed(jobs)] == ["a"] * 4
        assert len(concurrent.futures.wait(jobs).done) == 4
        assert asyncio.run(main()) == ["a"] * 4
    assert probe() == ""


def test_by_name(probe, hold):
    seen = []
    job = Future()
    with hold("a"):
        job.add_done_callback(fn=lambda _: seen.append(probe()))
    job.set_result(1)
    assert seen == ["a"]
