"""Contexts, callbacks and tasks keep what they were made and started under, whoever runs them."""

import asyncio
import contextlib
import contextvars
import functools

import pytest

from fastaudit import current

Context = contextvars.Context


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_fresh_context_leaves_no_scope(probe, hold, times):
    def nest(depth):
        return Context().run(nest, depth - 1) if depth else probe()

    with hold("a"):
        assert nest(times) == "a"
    assert nest(times) == ""


def test_a_hosts_context_is_held_while_the_guest_runs_in_it_and_not_afterwards(probe, hold):
    hosts = Context()
    variable = contextvars.ContextVar("variable")
    with hold("a"):
        assert hosts.run(probe) == "a"
        hosts.run(variable.set, 1)
    assert hosts.run(probe) == ""
    assert hosts[variable] == 1
    assert len(hosts) <= 2


def test_an_older_copy_adds_to_what_is_in_force(probe, hold):
    with hold("a"):
        older = contextvars.copy_context()
        with hold("b"):
            assert older.run(probe) == "ab"
        assert older.run(probe) == "a"
    assert older.run(probe) == "a"  # it was taken inside
    with hold("c"):
        assert older.run(probe) == "ac"
    assert older.run(probe) == "a"


def test_a_copy_keeps_its_scope_after_the_block_and_its_maker_does_not(probe, hold):
    with hold("a") as box:
        copy = contextvars.copy_context()
    assert probe() == ""
    assert copy.run(probe) == "a"
    assert copy.run(current) is box
    assert copy.run(contextvars.copy_context).run(probe) == "a"
    assert copy.copy().run(probe) == "a"


def test_a_context_made_inside_carries_what_was_in_force_there(probe, hold):
    with hold("a"), hold("b"):
        fresh = Context()
        partial = functools.partial(Context)()
        by_new = Context.__new__(Context)
    for context in (fresh, partial, by_new):
        assert context.run(probe) == "ab"
    assert probe() == ""


def test_run_gives_back_results_and_errors_and_passes_arguments(hold):
    def function(*args, **kwargs):
        return args, kwargs

    with hold("a"):
        assert Context().run(function, 1, 2, x=3) == ((1, 2), {"x": 3})
        with pytest.raises(ZeroDivisionError):
            Context().run(lambda: 1 / 0)
        with pytest.raises(TypeError):
            Context().run()
        context = Context()
        with pytest.raises(RuntimeError, match="already entered"):
            context.run(context.run, bool)
        with pytest.raises(TypeError):
            Context.run(1, bool)
        with pytest.raises(TypeError):
            Context(1)


def test_what_a_guest_sets_in_a_hosts_context_stays_there(probe, hold):
    hosts = Context()
    variable = contextvars.ContextVar("variable", default=0)
    with hold("a"):
        token = hosts.run(variable.set, 1)
        hosts.run(variable.reset, token)
        hosts.run(variable.set, 2)
    assert hosts.run(variable.get) == 2
    assert hosts.run(probe) == ""


def test_a_block_entered_and_left_in_a_hosts_context(probe, hold):
    hosts = Context()

    def guest():
        with hold("b"):
            return probe(), Context().run(probe)

    with hold("a"):
        assert hosts.run(guest) == ("ab", "ab")
        assert hosts.run(probe) == "a"
    assert hosts.run(probe) == ""


def test_a_scope_that_a_guest_leaves_started_in_a_hosts_context_does_not_take_the_others_along(probe, hold):
    hosts = Context()
    with hold("a"):
        handle = hosts.run(hold("b").start)
        assert hosts.run(probe) == "ab"
        assert probe() == "a"
    assert hosts.run(probe) == "b"
    hosts.run(handle.stop)
    assert hosts.run(probe) == ""


def test_contexts_entered_in_turn_each_have_their_own(probe, hold):
    def make(name):
        manager = hold(name)

        def body():
            with manager:
                return contextvars.copy_context()

        return Context().run(body)

    contexts = [make(name) for name in "abc"]
    for _ in range(100):
        assert [context.run(probe) for context in contexts] == ["a", "b", "c"]
    assert contexts[0].run(contexts[1].run, contexts[2].run, probe) == "abc"
    assert probe() == ""


def test_what_is_started_in_a_context_that_a_body_made_does_not_end_with_the_body(probe, hold):
    @hold("a")
    def body():
        yield contextvars.Context()

    def elsewhere():
        handle = hold("b").start()
        with contextlib.suppress(StopIteration):
            next(generator)
        seen = probe()
        handle.stop()
        return seen

    generator = body()
    assert next(generator).run(elsewhere) == "ab"
    assert probe() == ""


# ---- asyncio ----


@pytest.mark.asyncio
async def test_callbacks_keep_what_they_were_scheduled_under(probe, hold):
    loop = asyncio.get_running_loop()
    seen = {}

    def note(name):
        seen[name] = probe()

    with hold("a"):
        loop.call_soon(note, "soon")
        loop.call_later(0, note, "later")
        loop.call_soon_threadsafe(note, "threadsafe")
        loop.call_soon(note, "fresh", context=Context())
        loop.call_later(0, functools.partial(note, "later, fresh"), context=Context())
        Context().run(loop.call_soon, note, "from a fresh one")
        Context().run(functools.partial(loop.call_soon, note, "from and in fresh ones", context=Context()))
        future = loop.create_future()
        future.add_done_callback(lambda _: note("done"))
        future.add_done_callback(lambda _: note("done, fresh"), context=Context())
    loop.call_soon(note, "outside")
    future.set_result(None)
    while len(seen) < 10:
        await asyncio.sleep(0.001)
    assert seen.pop("outside") == ""
    assert set(seen.values()) == {"a"}, seen


@pytest.mark.asyncio
async def test_tasks_keep_what_they_were_made_under(probe, hold):
    async def child(depth=0):
        await asyncio.sleep(0)
        if depth:
            return await asyncio.create_task(child(depth - 1), context=Context())
        return probe()

    with hold("a"):
        tasks = [
            asyncio.create_task(child()),
            asyncio.create_task(child(), context=Context()),
            asyncio.ensure_future(child()),
            asyncio.create_task(child(3)),
            asyncio.get_running_loop().create_task(child(2), context=contextvars.copy_context()),
        ]
    assert probe() == ""
    assert await asyncio.gather(*tasks) == ["a"] * 5
    assert await child(2) == ""


@pytest.mark.asyncio
async def test_a_task_group_inside_a_block(probe, hold):
    async def child():
        await asyncio.sleep(0)
        return probe()

    with hold("a"):
        async with asyncio.TaskGroup() as group:
            first, second = group.create_task(child()), group.create_task(child())
    assert (first.result(), second.result(), probe()) == ("a", "a", "")


@pytest.mark.asyncio
async def test_tasks_of_different_policies_keep_to_their_own(probe, hold):
    async def worker(names):
        if not names:
            for _ in range(20):
                await asyncio.sleep(0)
                seen = probe()
            return seen
        async with hold(names[0]):
            seen = await worker(names[1:])
            await asyncio.sleep(0)
            assert names[0] in probe()
        await asyncio.sleep(0)
        return seen

    wanted = ["a", "b", "ab", "abc", "", "cd", "e", "bdf"]
    tasks = [asyncio.create_task(worker(names)) for names in wanted * 3]
    for _ in range(30):
        assert probe() == ""
        await asyncio.sleep(0)
    assert await asyncio.gather(*tasks) == wanted * 3


@pytest.mark.asyncio
async def test_a_task_started_in_a_block_and_awaited_in_another(probe, hold):
    async def child(event):
        await event.wait()
        return probe()

    event = asyncio.Event()
    with hold("a"):
        task = asyncio.create_task(child(event))
    with hold("b"):
        event.set()
        assert await task == "a"
        assert probe() == "b"


def test_a_loop_run_inside_a_block_is_held(probe, hold):
    async def main():
        return probe(), await asyncio.create_task(child()), await asyncio.to_thread(probe)

    async def child():
        return probe()

    with hold("a"):
        assert asyncio.run(main()) == ("a", "a", "a")
    assert probe() == ""


@pytest.mark.asyncio
async def test_to_thread_carries(probe, hold):
    with hold("a"):
        assert await asyncio.to_thread(probe) == "a"
    with hold("b"):
        assert await asyncio.to_thread(Context().run, probe) == "b"


def test_a_copy_of_a_hosts_context_that_is_made_inside_is_held_from_then_on(probe, hold):
    variable = contextvars.ContextVar("variable")
    hosts = Context()
    hosts.run(variable.set, 1)
    with hold("a"):
        copy = hosts.copy()
        again = hosts.run(hosts.copy)
        with hold("b"):
            both = copy.copy()
    assert (copy.run(probe), again.run(probe), both.run(probe), copy.copy().run(probe)) == ("a", "a", "ab", "a")
    assert copy[variable] == both[variable] == 1
    assert (hosts.run(probe), hosts.copy().run(probe), probe()) == ("", "", "")


def test_a_copy_keeps_what_its_context_was_held_to(probe, hold):
    with hold("a"):
        given = contextvars.copy_context()
    with hold("b"):
        copy = given.copy()
    assert (copy.run(probe), given.run(probe)) == ("ab", "a")
    with pytest.raises(TypeError):
        given.copy(1)


# ---- what later issues bring ----


@pytest.mark.asyncio
async def test_a_hosts_context_handed_to_the_loop_is_held(probe, hold):
    hosts = Context()
    done = asyncio.get_running_loop().create_future()
    with hold("a"):
        asyncio.get_running_loop().call_soon(lambda: done.set_result(probe()), context=hosts)
    assert await done == "a"


@pytest.mark.asyncio
async def test_a_task_in_a_hosts_context_is_held(probe, hold):
    async def child():
        return probe()

    hosts = Context()
    with hold("a"):
        task = asyncio.create_task(child(), context=hosts)
    assert await task == "a"


@pytest.mark.parametrize("make", [asyncio.create_task, asyncio.Task])
@pytest.mark.asyncio
async def test_a_task_in_a_hosts_context_stays_held_whoever_wakes_it(probe, hold, make):
    async def child(waited):
        first = probe()
        await waited
        return first, probe()

    hosts = Context()
    waited = asyncio.get_running_loop().create_future()
    with hold("a"):
        task = make(child(waited), context=hosts)
    await asyncio.sleep(0)
    waited.set_result(None)  # by the host
    assert await task == ("a", "a")
    assert hosts.run(probe) == ""
    assert probe() == ""


@pytest.mark.asyncio
async def test_a_callback_in_a_hosts_context_is_held_and_the_hosts_are_not(probe, hold):
    seen = {}
    hosts = Context()
    waited = asyncio.get_running_loop().create_future()
    waited.add_done_callback(lambda _: seen.update(host=probe()), context=hosts)
    with hold("a"):
        waited.add_done_callback(lambda _: seen.update(guest=probe()), context=hosts)
        waited.set_result(None)  # by the guest: what the host added runs as the host
    await asyncio.sleep(0)
    assert seen == {"host": "", "guest": "a"}


@pytest.mark.asyncio
async def test_a_callback_of_a_task_in_a_hosts_context_is_held_as_one_of_a_future(probe, hold):
    seen = []
    task = asyncio.get_running_loop().create_task(asyncio.sleep(0))
    with hold("a"):
        task.add_done_callback(lambda _: seen.append(probe()), context=Context())
        task.add_done_callback(lambda _: seen.append(probe()))
        fresh = contextvars.copy_context()
    task.add_done_callback(lambda _: seen.append(probe()), context=Context())
    task.add_done_callback(lambda _: seen.append(probe()), context=fresh)
    await task
    await asyncio.sleep(0)
    assert seen == ["a", "a", "", "a"]


@pytest.mark.asyncio
async def test_a_context_that_carries_already_is_given_as_it_is(hold):
    variable = contextvars.ContextVar("variable", default=0)

    async def child():
        variable.set(1)

    with hold("a"):
        mine = contextvars.copy_context()
        await asyncio.create_task(child(), context=mine)
    assert mine[variable] == 1
    before = contextvars.copy_context()
    await asyncio.create_task(child(), context=before)
    assert before[variable] == 1


def in_a_context_of_its_own(main):
    """Run main(context) in a task whose context that is."""

    async def start():
        context = contextvars.copy_context()
        await asyncio.get_running_loop().create_task(main(context), context=context)

    asyncio.run(start())


def test_what_is_given_the_very_context_of_a_block_stays_held_after_it(probe, hold):
    async def later(done):
        await done
        seen.append(probe())

    async def main(context):
        done = asyncio.get_running_loop().create_future()
        with hold("a"):
            task = asyncio.create_task(later(done), context=context)
            done.add_done_callback(lambda _: seen.append(probe()), context=context)
        seen.append(probe())
        done.set_result(None)
        await task

    seen = []
    in_a_context_of_its_own(main)
    assert seen == ["", "a", "a"]


class Future(asyncio.Future):
    """One whose add_done_callback() tasks call as anybody does."""


@pytest.mark.parametrize("factory", [None, lambda loop, coro, **more: asyncio.tasks._PyTask(coro, loop=loop, **more)])
@pytest.mark.parametrize("future", [asyncio.Future, Future, asyncio.futures._PyFuture])
def test_a_task_that_waits_in_a_block_goes_on_in_its_own_context(probe, hold, future, factory):
    variable = contextvars.ContextVar("variable", default=0)

    async def main(context):
        loop = asyncio.get_running_loop()
        done = future(loop=loop)
        loop.call_soon(done.set_result, None)
        with hold("a"):
            await done
            variable.set(1)
            seen.append(probe())
        seen.append(probe())
        assert context[variable] == 1

    async def start():
        asyncio.get_running_loop().set_task_factory(factory)
        context = contextvars.copy_context()
        await asyncio.get_running_loop().create_task(main(context), context=context)

    seen = []
    asyncio.run(start())
    assert seen == ["a", ""]
