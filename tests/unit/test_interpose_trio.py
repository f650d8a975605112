"""trio's threads are nobody's: each job runs under what its giver is held to."""

import contextlib
import contextvars
import threading

import pytest
import trio
import trio.testing
from trio.lowlevel import start_thread_soon


@pytest.fixture(autouse=True)
def no_threads_before():
    """No thread of trio's is idle at first."""
    from trio._core._thread_cache import THREAD_CACHE

    THREAD_CACHE._idle_workers.clear()


def test_jobs_of_many_tenants_each_keep_their_own(probe, hold):
    async def tenant(name):
        for _ in range(3):
            with hold(name):
                assert await trio.to_thread.run_sync(probe) == name
            assert await trio.to_thread.run_sync(probe) == ""

    async def main():
        async with trio.open_nursery() as nursery:
            for name in "abcdef":
                nursery.start_soon(tenant, name)

    trio.run(main)


def test_a_thread_first_started_inside_does_not_hold_the_host(probe, hold):
    async def main():
        with hold("a"):
            inside = await trio.to_thread.run_sync(lambda: (threading.get_ident(), probe()))
        return inside, await trio.to_thread.run_sync(lambda: (threading.get_ident(), probe()))

    inside, outside = trio.run(main)
    assert inside[0] == outside[0]
    assert (inside[1], outside[1]) == ("a", "")


def test_what_is_given_to_a_thread_is_held(probe, hold):
    done, seen = threading.Event(), []

    def deliver(result):
        seen.append(probe())
        done.set()

    start_thread_soon(lambda: None, lambda _: done.set())
    assert done.wait(5)
    done.clear()
    with hold("a"):
        start_thread_soon(lambda: seen.append(probe()), deliver)
    assert done.wait(5)
    assert seen == ["a", "a"]


def test_a_thread_that_a_guest_makes_of_trios_parts_is_held(probe, hold):
    from trio._core._thread_cache import ThreadCache, WorkerThread

    done, seen = threading.Event(), []
    with hold("a"):
        worker = WorkerThread(ThreadCache())
    worker._job = (lambda: seen.append(probe()), lambda _: done.set(), None)
    worker._worker_lock.release()
    assert done.wait(5)
    assert seen == ["a"]


def test_what_the_runner_is_given_to_call_stays_held(probe, hold):
    async def task(name):
        await trio.lowlevel.checkpoint()
        seen[name] = probe()

    async def main():
        hosts = contextvars.copy_context()
        for name in ("a", ""):
            with hold(name) if name else contextlib.nullcontext():
                token = trio.lowlevel.current_trio_token()
                token.run_sync_soon(lambda name=name: seen.update({"soon" + name: probe()}))
                token.run_sync_soon(lambda name=name: seen.update({"once" + name: probe()}), idempotent=True)
                trio.lowlevel.spawn_system_task(task, "system" + name)
                trio.lowlevel.spawn_system_task(task, "given" + name, context=hosts.copy())
        await trio.testing.wait_all_tasks_blocked(0.01)

    seen = {}
    trio.run(main)
    kinds = ("soon", "once", "system", "given")
    assert seen == dict.fromkeys(kinds, "") | {kind + "a": "a" for kind in kinds}
