"""Tasks and futures of asyncio's Python implementation: hosts' go on where they are, guests' stay held."""

import asyncio
import contextvars
import gc
import subprocess
import sys
import weakref

import pytest
from running import LOOPS, NOTHING, may, run, waits

from fastaudit import sandbox

PythonTask = asyncio.tasks._PyTask
PythonFuture = asyncio.futures._PyFuture


class Task(PythonTask):
    """One of a class of its own."""


@pytest.fixture(params=LOOPS)
def loop(request):
    return request.param


@pytest.fixture(params=[PythonTask, Task])
def task(request):
    return lambda coroutine, **more: request.param(coroutine, loop=asyncio.get_running_loop(), **more)


def complete(future):
    with sandbox(NOTHING):
        future.set_result(None)
        assert not may()


@pytest.mark.parametrize("kind", [asyncio.Future, PythonFuture])
def test_a_hosts_task_goes_on_free_when_a_guest_completes_its_future(task, kind):
    async def main():
        future = kind(loop=asyncio.get_running_loop())
        tasks = [task(waits(future)) for _ in range(3)]
        await asyncio.sleep(0)
        complete(future)
        return [await one for one in tasks]

    assert asyncio.run(main()) == [[True] * 4] * 3


def test_a_hosts_task_goes_on_free_when_a_guest_cancels_it(loop, task):
    async def main():
        one = task(waits(asyncio.get_running_loop().create_future()))
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            one.cancel()
        return await one

    assert run(main(), loop) == [True] * 4


def test_a_task_goes_on_in_its_own_context_in_its_block_and_is_free_behind_it(task):
    variable = contextvars.ContextVar("variable", default=0)

    def soon():
        event = asyncio.Event()
        asyncio.get_running_loop().call_soon(event.set)
        return event.wait()

    async def steps(context):
        found = []
        for wait in (lambda: asyncio.sleep(0), lambda: asyncio.sleep(0.001), soon):
            with sandbox(NOTHING):
                await wait()
                variable.set(variable.get() + 1)
                found.append(may())
            found.append(may())
            with sandbox(NOTHING):
                await asyncio.sleep(0)
                found.append(may())
            found.append(may())
        assert context[variable] == 3
        return found

    async def main():
        context = contextvars.copy_context()
        return await task(steps(context), context=context)

    assert asyncio.run(main()) == [False, True] * 6


def test_a_guests_task_is_held_at_every_step(loop, task):
    async def main():
        with sandbox(NOTHING):
            one = task(waits(asyncio.sleep(0)))
            two = task(waits(asyncio.sleep(0)), context=hosts)
        return await one, await two

    hosts = contextvars.copy_context()
    assert run(main(), loop) == ([False] * 4, [False] * 4)


def test_a_guests_task_whose_context_is_exchanged_is_held(loop, task):
    async def main():
        hosts = contextvars.copy_context()
        future = asyncio.get_running_loop().create_future()
        with sandbox(NOTHING):
            one, two = task(waits(asyncio.sleep(0))), task(waits(future))
            one._context = hosts
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            two._context = hosts
        future.set_result(None)
        return await one, await two

    assert run(main(), loop) == ([False] * 4, [False] * 4)


def test_a_wakeup_is_not_given_a_guests_object_to_ask(loop, task):
    found = []

    async def main():
        future = asyncio.get_running_loop().create_future()
        one = task(waits(future))
        await asyncio.sleep(0)
        with sandbox(NOTHING):
            guests = PythonFuture(loop=asyncio.get_running_loop())
            guests.result = lambda: found.append(may())
            asyncio.get_running_loop().call_soon(one._Task__wakeup, guests, context=one._context)
            one._context.run(guests.add_done_callback, one._Task__wakeup, context=one._context)
            guests.set_result(None)
        await asyncio.sleep(0.01)
        future.done() or future.set_result(None)
        await asyncio.gather(one, return_exceptions=True)

    run(main(), loop)
    assert found
    assert True not in found


def test_a_callback_that_a_guest_adds_to_a_future_is_held(loop):
    async def main():
        found = []
        hosts = contextvars.copy_context()
        future = PythonFuture(loop=asyncio.get_running_loop())
        with sandbox(NOTHING):
            future.add_done_callback(lambda _: found.append(may()), context=hosts)
            future.add_done_callback(lambda _: found.append(may()), context=None)
            future.add_done_callback(lambda _: found.append(may()))
            hosts.run(lambda: future.add_done_callback(lambda _: found.append(may()), context=hosts))
        future.add_done_callback(lambda _: found.append(may()), context=hosts)
        future.set_result(None)
        await asyncio.sleep(0.001)
        return found

    assert run(main(), loop) == [False] * 4 + [True]


def test_a_callback_that_was_added_is_taken_away_again():
    async def main():
        future = PythonFuture(loop=asyncio.get_running_loop())
        with sandbox(NOTHING):
            future.add_done_callback(print, context=contextvars.copy_context())
            future.add_done_callback(print)
            assert future.remove_done_callback(print) == 2
            with pytest.raises(TypeError):
                future.add_done_callback()

    asyncio.run(main())


def test_tasks_that_are_gone_leave_nothing(task):
    async def main():
        context = contextvars.copy_context()
        for _ in range(300):
            await task(asyncio.sleep(0), context=context)
        await asyncio.sleep(0)
        gone = weakref.ref(context)
        del context
        gc.collect()
        return gone()

    assert asyncio.run(main()) is None


def test_a_task_that_was_there_before_goes_on_free_behind_its_block():
    code = """
import asyncio

async def main():
    await asyncio.sleep(0)
    from fastaudit import Policy, sandbox
    with sandbox(Policy()):
        await asyncio.sleep(0)
        try:
            open("/etc/passwd")
        except PermissionError:
            print("held")
    open("/etc/passwd").close()
    print("free")

loop = asyncio.new_event_loop()
loop.set_task_factory(lambda loop, coroutine, **more: asyncio.tasks._PyTask(coroutine, loop=loop, **more))
loop.run_until_complete(main())
"""
    ran = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("held\nfree\n", "")
