"""What a guest gives to a loop, with contexts of the host's, stays held."""

import asyncio
import contextvars

import pytest
from running import LOOPS, NOTHING, may, run, waits

from fastaudit import sandbox


@pytest.fixture(params=LOOPS)
def loop(request):
    return request.param


def given(loop, give):
    """Whether what a guest gave, with a context of the host's, ran free: one answer for each time it ran."""
    found = []

    async def main():
        hosts = contextvars.copy_context()
        with sandbox(NOTHING):
            kept = give(lambda *_: found.append(may()), hosts)
        await asyncio.sleep(0.01)
        return kept

    run(main(), loop)
    return found


def test_a_callback_is_held_in_a_context_in_which_a_guest_is_for_a_moment(loop):
    def give(f, hosts):
        hosts.run(lambda: asyncio.get_running_loop().call_soon(f, context=hosts))

    assert given(loop, give) == [False]


def test_a_task_is_held_in_a_context_in_which_a_guest_is_for_a_moment(loop):
    async def call(f):
        await asyncio.sleep(0)
        f()

    def give(f, hosts):
        return hosts.run(lambda: asyncio.get_running_loop().create_task(call(f), context=hosts))

    assert given(loop, give) == [False]


def test_a_callback_of_a_future_is_held_in_a_context_in_which_a_guest_is_for_a_moment(loop):
    def give(f, hosts):
        future = asyncio.get_running_loop().create_future()
        hosts.run(lambda: future.add_done_callback(f, context=hosts))
        future.set_result(None)

    assert given(loop, give) == [False]


def test_a_task_and_a_callback_are_held_in_the_context_in_which_the_scope_was_entered(loop):
    async def call(f):
        await asyncio.sleep(0)
        f()

    async def main():
        found = []
        entered = asyncio.get_running_loop().create_future()

        async def host():
            with sandbox(NOTHING):
                here = contexts[0]
                asyncio.get_running_loop().call_soon(lambda: found.append(may()), context=here)
                kept = asyncio.create_task(call(lambda: found.append(may())), context=here)
            entered.set_result(kept)

        contexts = [contextvars.copy_context()]
        hosts = asyncio.create_task(host(), context=contexts[0])
        await (await entered)
        await hosts
        return found

    assert run(main(), loop) == [False] * 2


def test_a_guest_cannot_pass_a_callback_off_as_one_of_a_future_that_it_completes(loop):
    class Loop:
        """A loop of the guest's, which its future tells of its callbacks."""

        def __init__(self, f, hosts):
            self.f, self.hosts, self.real = f, hosts, asyncio.get_running_loop()

        def get_debug(self):
            return False

        def call_soon(self, callback, *args, context=None):
            self.real.call_soon(self.f, *args, context=self.hosts)
            self.real.call_soon(callback, self, context=self.hosts)

    def give(f, hosts):
        future = asyncio.Future(loop=Loop(f, hosts))
        future.add_done_callback(f)
        future.set_result(None)

    assert given(loop, give) == [False] * 2


def test_a_guests_own_step_is_held_in_a_context_of_the_hosts(loop):
    class Loop:
        def get_debug(self):
            return False

        def call_soon(self, callback, *args, context=None):
            self.given = callback

    async def call(f):
        f()

    def give(f, hosts):
        mine = Loop()
        coroutine = call(f)
        task = asyncio.Task(coroutine, loop=mine)
        asyncio.get_running_loop().call_soon(mine.given, context=hosts)
        return task, coroutine

    assert True not in given(loop, give)


def test_a_guest_cannot_add_to_the_list_that_a_future_shows(loop):
    def give(f, hosts):
        future = asyncio.get_running_loop().create_future()
        future.add_done_callback(give)
        future.add_done_callback(waits)
        future.remove_done_callback(give)
        future._callbacks.append((f, hosts))
        future.remove_done_callback(waits)
        future.set_result(None)

    assert given(loop, give) == []


def test_a_callback_is_held_however_often_the_loop_made_handles_before(loop):
    async def main():
        found = []
        hosts = contextvars.copy_context()
        for _ in range(300):
            asyncio.get_running_loop().call_soon(int)
            asyncio.get_running_loop().call_soon_threadsafe(int)
            asyncio.get_running_loop().call_later(0, int)
        await asyncio.sleep(0.001)
        with sandbox(NOTHING):
            for _ in range(300):
                asyncio.get_running_loop().call_soon(lambda: found.append(may()), context=hosts)
                asyncio.get_running_loop().call_soon_threadsafe(lambda: found.append(may()), context=hosts)
                asyncio.get_running_loop().call_later(0, lambda: found.append(may()), context=hosts)
        await asyncio.sleep(0.01)
        return found

    assert run(main(), loop) == [False] * 900


def test_a_context_that_is_none_is_not_run_by_the_loop(loop):
    ran = []

    class Context:
        def run(self, *args):
            ran.append(may())

    def give(f, hosts):
        with pytest.raises(TypeError):
            asyncio.get_running_loop().call_soon(f, context=Context())

    assert given(loop, give) == [] == ran


def test_a_wakeup_is_not_given_a_guests_object_to_ask(loop):
    found = []

    class Future:
        def result(self):
            found.append(may())

    async def main():
        future = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(waits(future))
        await asyncio.sleep(0)
        (wake_up, hosts), *_ = future._callbacks
        with sandbox(NOTHING):
            asyncio.get_running_loop().call_soon(wake_up, Future(), context=hosts)
        await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(main(), loop)
    assert found == [False]
