"""What guests try with generators that have a host's scope open, and what could go wrong with many of them."""

import asyncio
import contextlib
import contextvars
import functools
import gc
import os
import sys
import threading

import pytest
from guests import attempt

from fastaudit import ScopeError


@pytest.fixture
def tenant(hold):
    """Make managers as users write them over a sandbox."""

    @contextlib.contextmanager
    def managing(name):
        with hold(name):
            yield

    return managing


def elsewhere(call, *args):
    return contextvars.Context().run(call, *args)


def test_a_guest_that_closes_its_generator_in_a_copied_context_stays_held(probe, hold):
    seen = []

    def guest():
        with hold("b"):
            try:
                yield
            finally:
                seen.append(probe())

    with hold("a"):
        generator = guest()
        next(generator)
        contextvars.copy_context().run(generator.close)
        assert seen == ["ab"]
        assert probe() == "a"
    assert probe() == ""


def test_a_guest_in_a_body_resumed_elsewhere_cannot_end_the_managers_scope(probe, tenant):
    def guest(manager):
        attempt(manager.gen.close, lambda: manager.__exit__(None, None, None), lambda: next(manager.gen))
        gc.collect()
        return probe()

    def body():
        manager = tenant("a")
        with manager:
            yield
            yield guest(manager)
            yield probe()

    generator = body()
    elsewhere(next, generator)
    assert elsewhere(next, generator) == "a"
    assert elsewhere(next, generator) == "a"
    with contextlib.suppress(ScopeError):
        generator.close()
    assert probe() == ""


@pytest.mark.parametrize("act", ["clear", "pop_all", "close", "exit"])
def test_a_guest_that_throws_the_exits_of_a_stack_away_leaves_the_body_held(probe, hold, act):
    def guest(stack):
        attempt(
            {
                "clear": stack._exit_callbacks.clear,
                "pop_all": lambda: stack.pop_all().close(),
                "close": stack.close,
                "exit": lambda: stack.__exit__(None, None, None),
            }[act]
        )
        gc.collect()
        return probe()

    def body():
        with contextlib.ExitStack() as stack:
            stack.enter_context(hold("a"))
            yield
            yield guest(stack)
            yield probe()

    generator = body()
    elsewhere(next, generator)
    assert [elsewhere(next, generator) for _ in range(2)] == ["a", "a"]
    generator.close()
    assert probe() == ""


def test_a_manager_is_ended_by_code_outside_in_another_context(probe, tenant):
    manager = tenant("a")
    elsewhere(manager.__enter__)
    elsewhere(manager.__exit__, None, None, None)
    assert probe() == ""


def test_a_generator_that_takes_the_place_of_one_is_not_held(probe, hold, tenant):
    def body():
        with hold("a"), tenant("b"):
            yield

    def plain():
        yield
        yield probe()

    for _ in range(200):
        generator = body()
        elsewhere(next, generator)
        del generator  # its memory is used again
        other = plain()
        elsewhere(next, other)
        assert elsewhere(next, other) == ""


def test_a_manager_left_open_by_a_body_that_has_died_holds_nobody_else(probe, tenant):
    managers = []

    def body():
        managers.append(tenant("a"))
        managers[-1].__enter__()
        yield

    def plain():
        yield probe()

    for _ in range(50):
        elsewhere(list, body())
        assert elsewhere(next, plain()) == ""
    managers.clear()


def test_contexts_that_take_each_others_place_leave_a_body_held(probe, hold):
    def body():
        with hold("a"):
            for _ in range(100):
                yield probe()

    generator = body()
    for _ in range(100):
        assert elsewhere(next, generator) == "a"
        assert elsewhere(probe) == ""
    generator.close()


def test_a_body_resumed_in_turn_by_threads_is_held_in_each(probe, hold):
    def body():
        while True:
            with hold("a"):
                yield probe()
            with hold("b"):
                yield probe()
            yield probe()

    seen, lock, generator = [], threading.Lock(), body()

    def resume():
        for _ in range(30):
            with lock:
                seen.append(next(generator))

    threads = [threading.Thread(target=contextvars.Context().run, args=[resume]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["a", "b", ""] * 30
    generator.close()


def test_ten_thousand_open_generators_are_held_each_by_its_own(probe, hold):
    def body(name):
        with hold(name):
            yield
            yield probe()

    generators = [body("ab"[index % 2]) for index in range(10_000)]
    for generator in generators:
        elsewhere(next, generator)
    assert probe() == ""
    for index in range(0, 10_000, 1_001):
        assert elsewhere(next, generators[index]) == "ab"[index % 2]
    for generator in generators:
        generator.close()
    assert probe() == ""


def test_a_decorated_generator_is_held_where_it_runs_and_only_there(probe, hold):
    @hold("a")
    def body():
        yield probe()
        with hold("b"):
            yield probe()
            yield probe()
        yield probe()

    generator = body()
    seen = [elsewhere(lambda: (next(generator), probe())) for _ in range(4)]
    assert seen == [("a", ""), ("ab", "b"), ("ab", ""), ("a", "")]  # the block holds its consumer where it was entered
    generator.close()


def test_a_coroutine_is_held_in_its_own_context_only(probe, hold):
    async def body():
        with hold("a"):
            await asyncio.sleep(0)
            return probe()

    coroutine = body()
    home = contextvars.Context()
    home.run(coroutine.send, None)
    with pytest.raises(ScopeError), contextlib.suppress(StopIteration):
        elsewhere(coroutine.send, None)  # cannot leave there
    assert home.run(probe) == "a"


@pytest.mark.asyncio
async def test_async_generators_are_held_whichever_task_steps_or_closes_them(probe, hold):
    @contextlib.asynccontextmanager
    async def tenant(name):
        async with hold(name):
            yield

    async def plain():
        async with hold("a"):
            try:
                yield probe()
                await asyncio.sleep(0)
                yield probe()
            finally:
                await asyncio.sleep(0)
                seen.append(probe())

    async def managed():
        async with tenant("a"):
            try:
                yield probe()
                await asyncio.sleep(0)
                yield probe()
            finally:
                await asyncio.sleep(0)
                seen.append(probe())

    async def step(act):
        return await act(), probe()

    for body in (plain, managed):
        for end in ("aclose", "athrow", "drop"):
            seen, generator = [], body()
            for consumer in ("a", ""):  # the first is where it was entered
                fresh = contextvars.Context()
                task = asyncio.create_task(step(functools.partial(anext, generator)), context=fresh)
                assert await task == ("a", consumer)
            if end == "drop":
                generator = task = None
                gc.collect()
                for _ in range(5):
                    await asyncio.sleep(0)
            else:
                ends = {"aclose": generator.aclose, "athrow": functools.partial(generator.athrow, ZeroDivisionError())}
                with contextlib.suppress(ZeroDivisionError):
                    await asyncio.create_task(step(ends[end]), context=contextvars.Context())
            assert seen == ["a"], (body, end)
            assert probe() == ""


def test_a_forked_child_holds_the_body(probe, hold):
    def body():
        with hold("a"):
            yield
            yield probe()
        yield probe()

    generator = body()
    elsewhere(next, generator)
    child = os.fork()
    if child == 0:
        status = 1
        with contextlib.suppress(BaseException):
            status = 0 if [elsewhere(next, generator), elsewhere(next, generator), probe()] == ["a", "", ""] else 2
        os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert elsewhere(next, generator) == "a"
    generator.close()


def test_a_body_is_held_while_it_is_traced(probe, hold, perhaps_traced):
    def body():
        with hold("a"):
            yield
            yield probe()
        yield probe()

    generator = body()
    elsewhere(next, generator)
    assert [elsewhere(next, generator) for _ in range(2)] == ["a", ""]


def test_nothing_is_kept_of_bodies_that_have_ended(probe, hold, tenant):
    policy = probe.policies["a"]

    def plain():
        with hold("a"):
            yield

    def managed():
        with tenant("a"):
            yield

    def stacked():
        with contextlib.ExitStack() as stack:
            stack.enter_context(hold("a"))
            yield

    def use():
        for body in (plain, managed, stacked):
            for end in (lambda g: g.close(), lambda g: list(g), lambda g: None):
                generator = body()
                elsewhere(next, generator)
                elsewhere(end, generator)

    use()
    gc.collect()
    before = sys.getrefcount(policy)
    use()
    gc.collect()
    assert sys.getrefcount(policy) == before
