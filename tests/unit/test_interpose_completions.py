"""Whoever completes what a host waits for: the host goes on with its own authority."""

import asyncio
import concurrent.futures
import contextvars
import gc
import threading

import pytest
from running import LOOPS, NOTHING, may, run, waits

from fastaudit import Policy, sandbox


@pytest.fixture(params=LOOPS)
def loop(request):
    return request.param


def by_result(future):
    future.set_result(None)


def by_exception(future):
    future.set_exception(ValueError())


def by_cancelling(future):
    future.cancel()


COMPLETE = [by_result, by_exception, by_cancelling]


@pytest.mark.parametrize("complete", COMPLETE)
def test_a_hosts_task_goes_on_free_when_a_guest_completes_its_future(loop, complete):
    async def main():
        future = asyncio.get_running_loop().create_future()
        tasks = [asyncio.create_task(waits(future)) for _ in range(3)]
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            complete(future)
            assert not may()
        return await asyncio.gather(*tasks)

    assert run(main(), loop) == [[True] * 4] * 3


@pytest.mark.parametrize("complete", COMPLETE)
def test_a_hosts_callback_is_called_free_when_a_guest_completes_its_future(loop, complete):
    async def main():
        found = []
        future = asyncio.get_running_loop().create_future()
        for _ in range(3):
            future.add_done_callback(lambda future: found.append(may()))
        with sandbox(NOTHING):
            complete(future)
        await asyncio.sleep(0.001)
        future.cancelled() or future.exception()
        return found

    assert run(main(), loop) == [True] * 3


def test_a_hosts_task_goes_on_free_when_a_guest_cancels_it(loop):
    async def main():
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(waits(future))
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            task.cancel()
        return await task

    assert run(main(), loop) == [True] * 4


class Future(asyncio.Future):
    """A future of a class of its own."""


class Task(asyncio.Task):
    """A task of a class of its own."""


@pytest.mark.parametrize("complete", COMPLETE)
def test_a_hosts_task_goes_on_free_when_a_guest_completes_its_future_of_another_class(loop, complete):
    async def main():
        future = Future()
        tasks = [asyncio.create_task(waits(future)) for _ in range(3)]
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            complete(future)
        return await asyncio.gather(*tasks)

    assert run(main(), loop) == [[True] * 4] * 3


def test_a_hosts_task_goes_on_free_when_a_guests_task_of_another_class_ends(loop):
    async def main():
        async def guest():
            await asyncio.sleep(0)
            assert not may()

        with sandbox(NOTHING):
            ends = Task(guest())
        return await asyncio.gather(*[waits(ends) for _ in range(2)])

    assert run(main(), loop) == [[True] * 4] * 2


def test_a_hosts_task_and_callbacks_go_on_free_when_a_guests_task_ends(loop):
    async def main():
        found = []
        release = asyncio.Event()

        async def guest():
            assert not may()
            await release.wait()
            assert not may()

        with sandbox(NOTHING):
            tasks = [asyncio.create_task(guest()) for _ in range(4)]
        tasks[0].add_done_callback(lambda task: found.append(may()))
        waiting = [
            asyncio.create_task(waits(tasks[0])),
            asyncio.create_task(waits(asyncio.gather(tasks[1], tasks[0]))),
            asyncio.create_task(waits(asyncio.wait([tasks[2], tasks[1]]))),
            asyncio.create_task(waits(asyncio.shield(tasks[3]))),
        ]
        await asyncio.sleep(0)
        release.set()
        return found, await asyncio.gather(*waiting)

    assert run(main(), loop) == ([True], [[True] * 4] * 4)


def test_what_a_callback_of_the_hosts_calls_is_free_when_a_guests_task_ends_at_once(loop):
    async def main():
        found = []

        async def guest():
            assert not may()

        with sandbox(NOTHING):
            task = asyncio.create_task(guest())
        task.add_done_callback(
            lambda task: asyncio.create_task(waits(asyncio.sleep(0))).add_done_callback(found.append)
        )
        for _ in range(100):  # each takes one turn of the loop
            await asyncio.sleep(0)
        return [one.result() for one in found]

    assert run(main(), loop) == [[True] * 4]


async def an_event():
    event = asyncio.Event()
    return event.wait, event.set


async def a_queue():
    queue = asyncio.Queue()
    return queue.get, lambda: queue.put_nowait(1)


async def a_full_queue():
    queue = asyncio.Queue(1)
    queue.put_nowait(1)
    return lambda: queue.put(2), queue.get_nowait


async def a_lock():
    lock = asyncio.Lock()
    await lock.acquire()
    return lock.acquire, lock.release


async def a_semaphore():
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()
    return semaphore.acquire, semaphore.release


async def a_timeout():
    async def wait():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await asyncio.Event().wait()

    return wait, lambda: None


async def a_job():
    job = concurrent.futures.Future()
    return lambda: asyncio.wrap_future(job), lambda: job.set_result(None)


async def a_reader():
    reader = asyncio.StreamReader()
    return reader.readline, lambda: reader.feed_data(b"line\n")


async def a_loop_to_call():
    future = asyncio.get_running_loop().create_future()
    return lambda: future, lambda: asyncio.get_running_loop().call_soon(future.set_result, None)


async def a_thread():
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def work():
        loop.call_soon_threadsafe(future.set_result, None)

    return lambda: future, lambda: threading.Thread(target=work).start()


WAYS = [an_event, a_queue, a_full_queue, a_lock, a_semaphore, a_timeout, a_job, a_reader, a_loop_to_call, a_thread]


@pytest.mark.parametrize("way", WAYS)
def test_a_hosts_task_goes_on_free_when_a_guest_does_what_it_waits_for(loop, way):
    async def main():
        wait, do = await way()
        task = asyncio.create_task(waits(wait()))
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            do()
        return await asyncio.wait_for(task, 10)

    assert run(main(), loop) == [True] * 4


def test_a_hosts_group_goes_on_free_when_a_guest_in_it_fails(loop):
    async def main():
        async def fail():
            assert not may()
            raise ValueError

        other = None
        try:
            async with asyncio.TaskGroup() as group:
                other = group.create_task(waits(asyncio.Event().wait()))
                await asyncio.sleep(0)
                with sandbox(NOTHING):
                    group.create_task(fail())
        except* ValueError:
            pass
        return await waits(asyncio.sleep(0)), other.result()

    assert run(main(), loop) == ([True] * 4, [True] * 4)


def test_a_hosts_task_goes_on_free_when_a_guest_notifies_it(loop):
    async def main():
        condition = asyncio.Condition()

        async def wait():
            async with condition:
                await condition.wait()

        async def notify():
            async with condition:
                condition.notify()

        task = asyncio.create_task(waits(wait()))
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            await notify()
        return await task

    assert run(main(), loop) == [True] * 4


def test_a_hosts_task_keeps_what_it_sets_while_guests_complete_what_it_waits_for(loop):
    variable = contextvars.ContextVar("variable")

    async def main():
        future = asyncio.get_running_loop().create_future()

        async def host():
            variable.set("before")
            await future
            return variable.get()

        task = asyncio.create_task(host())
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            future.set_result(None)
        return await task

    assert run(main(), loop) == "before"


def test_a_loop_that_runs_inside_a_scope_leaves_its_tasks_free_for_later():
    loop = asyncio.new_event_loop()
    task = loop.create_task(waits(asyncio.sleep(0.001)))
    with sandbox(NOTHING):
        loop.run_until_complete(asyncio.sleep(0))
    assert loop.run_until_complete(task) == [True] * 4
    loop.close()


def lists_of_callbacks():
    """Count the lists of (callback, context) that there are."""
    return sum(
        type(one) is list and one != [] and type(one[0]) is tuple and type(one[0][-1]) is contextvars.Context
        for one in gc.get_objects()
    )


async def counts():
    await asyncio.sleep(0)
    return lists_of_callbacks()


class Derived(asyncio.Task):
    """A task of the host's own class."""


@pytest.mark.parametrize("kind", [asyncio.Task, Derived])
def test_a_step_of_a_task_that_only_another_waits_for_notes_nothing(kind):
    async def main(*callbacks):
        with sandbox(Policy(introspect=True)):
            task = kind(counts(), loop=asyncio.get_running_loop())
            for callback in callbacks:
                task.add_done_callback(callback)
            return await task

    assert run(main(print), "asyncio") > 0  # so they are seen
    assert run(main(), "asyncio") == 0
