"""Generators: a scope in one holds from entry to exit in the context of entry, the consumer included."""

import asyncio
import contextvars
import gc
import sys
import threading
import types
import warnings

import pytest

from fastaudit import ScopeWarning, current


def test_a_generator_holds_its_consumer_from_entry_to_exit(probe, hold):
    def fixture():
        with hold("a"):
            yield 1

    def setup(generator):
        return next(generator)

    def teardown(generator):
        with pytest.raises(StopIteration):
            next(generator)

    generator = fixture()
    assert probe() == ""
    setup(generator)
    assert probe() == "a"
    teardown(generator)
    assert probe() == ""


@pytest.mark.parametrize("ending", ["close", "throw", "delete", "collect"])
def test_however_a_generator_ends_its_scope_ends(probe, hold, ending):
    def body():
        with hold("a"):
            yield

    generator = body()
    next(generator)
    assert probe() == "a"
    if ending == "close":
        generator.close()
    elif ending == "throw":
        with pytest.raises(ZeroDivisionError):
            generator.throw(ZeroDivisionError)
    elif ending == "delete":
        del generator
    else:
        cycle = [generator]
        cycle.append(cycle)
        del generator, cycle
        gc.collect()
    assert probe() == ""


def test_interleaved_generators_each_end_their_own_scope(probe, hold):
    def body(name):
        with hold(name):
            yield probe()
            yield probe()

    first, second = body("a"), body("b")
    assert next(first) == "a"
    assert next(second) == "ab"
    first.close()
    assert probe() == "b"
    assert next(second) == "b"
    second.close()
    assert probe() == ""


def test_a_generator_whose_frame_object_is_held_ends_its_scope(probe, hold):
    def body():
        with hold("a"):
            yield sys._getframe()
        yield

    generator = body()
    frames = [next(generator), generator.gi_frame]
    assert probe() == "a"
    next(generator)
    assert probe() == ""
    generator.close()
    del frames


def test_the_scope_around_a_suspended_generator_leaves_that_one_open_and_warns(probe, hold):
    def body():
        with hold("a"):
            yield

    generator = body()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with hold("b") as box:
            next(generator)
            assert probe() == "ab"
    assert probe() == "a"
    (warning,) = caught
    assert warning.category is ScopeWarning
    assert warning.filename == __file__
    line = body.__code__.co_firstlineno + 1
    assert warning.lineno == line
    (place,) = box.left_open
    assert place.startswith(f"{__file__}:{line} in ") and place.endswith("body")
    generator.close()
    assert probe() == ""


def test_a_warning_that_is_an_error_is_raised_and_the_scope_is_left(probe, hold):
    def body():
        with hold("a"):
            yield

    generator = body()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ScopeWarning), hold("b"):
            next(generator)
    assert probe() == "a"
    generator.close()
    assert probe() == ""


def test_scopes_left_in_order_leave_nothing_open_and_warn_of_nothing(probe, hold):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with hold("a") as outer, hold("b") as inner:
            pass
    assert outer.left_open == inner.left_open == ()


def test_a_generator_closed_in_a_copied_context_ends_its_scope_where_it_was_entered(probe, hold):
    def body():
        with hold("a"):
            yield

    generator = body()
    next(generator)
    copy = contextvars.copy_context()
    copy.run(generator.close)
    assert probe() == ""
    assert copy.run(probe) == "a"  # a copy taken while it was in force keeps it


def test_a_generator_closed_in_another_context_takes_nothing_off_that_one(probe, hold):
    def body():
        with hold("a"):
            yield

    generator = body()
    home = contextvars.Context()
    home.run(next, generator)
    assert home.run(probe) == "a"
    with hold("b"):
        generator.close()
        assert probe() == "b"
    assert home.run(probe) == ""


def test_a_generator_closed_in_another_thread_ends_its_scope_where_it_was_entered(probe, hold):
    def body():
        with hold("a"):
            yield

    generator = body()
    next(generator)
    assert probe() == "a"
    thread = threading.Thread(target=generator.close)
    thread.start()
    thread.join()
    assert probe() == ""


def test_a_generator_collected_in_another_context_ends_its_scope(probe, hold):
    def body():
        with hold("a"):
            yield

    def abandon():
        generator = body()
        next(generator)
        cycle = [generator]
        cycle.append(cycle)

    home = contextvars.Context()
    gc.disable()
    try:
        home.run(abandon)
        assert home.run(probe) == "a"
    finally:
        gc.enable()
    contextvars.Context().run(gc.collect)
    assert home.run(probe) == ""
    assert probe() == ""


def test_an_ended_scope_is_never_brought_back(probe, hold):
    def body():
        with hold("a"):
            yield
        yield

    generator = body()
    next(generator)
    inner = body()
    next(inner)
    contextvars.copy_context().run(next, generator)  # ends it for this context
    contextvars.copy_context().run(next, inner)
    assert probe() == ""
    with hold("b"):
        assert probe() == "b"
    assert probe() == ""


def test_a_generator_that_ignores_close_and_dies_drops_its_scope(probe, hold, monkeypatch):
    monkeypatch.setattr(sys, "unraisablehook", lambda *_: None)

    def body():
        with hold("a"):
            while True:
                try:
                    yield
                except GeneratorExit:
                    pass

    def abandon():
        generator = body()
        next(generator)

    home = contextvars.Context()
    home.run(abandon)
    gc.collect()
    assert home.run(probe) == ""


def test_clearing_the_frame_of_a_suspended_generator_ends_its_scope(probe, hold):
    def body():
        with hold("a"):
            yield

    generator = body()
    next(generator)
    if sys.version_info < (3, 13):
        generator.gi_frame.clear()
    else:
        with pytest.raises(RuntimeError):  # refused by Python
            generator.gi_frame.clear()
        generator.close()
    assert probe() == ""


def test_a_coroutine_sent_by_hand_belongs_to_the_context_that_steps_it(probe, hold):
    @types.coroutine
    def suspend():
        yield

    async def body():
        with hold("a"):
            await suspend()
            return probe()

    coroutine = body()
    context = contextvars.Context()
    context.run(coroutine.send, None)
    assert probe() == ""
    assert context.run(probe) == "a"
    with pytest.raises(StopIteration) as stop:
        context.run(coroutine.send, None)
    assert stop.value.value == "a"
    assert context.run(probe) == ""


def test_a_suspended_coroutine_that_is_dropped_ends_its_scope(probe, hold):
    @types.coroutine
    def suspend():
        yield

    async def body():
        with hold("a"):
            await suspend()

    coroutine = body()
    coroutine.send(None)
    assert probe() == "a"
    del coroutine
    assert probe() == ""


# ---- asynchronous generators ----


@pytest.mark.asyncio
async def test_an_async_generator_holds_its_consumer(probe, hold):
    async def body():
        async with hold("a"):
            yield probe()
            await asyncio.sleep(0)
            yield probe()

    seen = []
    async for answer in body():
        seen += [answer, probe()]
    assert seen == ["a"] * 4
    assert probe() == ""


@pytest.mark.asyncio
async def test_breaking_out_of_an_async_generator_ends_its_scope_once_it_is_collected(probe, hold):
    async def body():
        async with hold("a"):
            while True:
                yield probe()

    async for answer in body():
        assert answer == "a"
        break
    gc.collect()
    for _ in range(3):
        await asyncio.sleep(0)  # the loop closes it in a task of its own
    assert probe() == ""


@pytest.mark.asyncio
async def test_an_async_generator_closed_by_another_task_ends_its_scope(probe, hold):
    async def body():
        async with hold("a"):
            while True:
                yield

    generator = body()
    await anext(generator)
    assert probe() == "a"
    await asyncio.create_task(generator.aclose())
    assert probe() == ""


@pytest.mark.asyncio
async def test_an_async_generator_stepped_by_other_tasks_leaves_those_free(probe, hold):
    async def body():
        async with hold("a"):
            yield
            yield

    async def step(generator):
        await anext(generator)
        return probe()

    generator = body()
    fresh = contextvars.Context()
    assert await asyncio.create_task(step(generator), context=fresh) == "a"
    assert probe() == ""
    assert await asyncio.create_task(step(generator), context=contextvars.Context()) == ""
    await generator.aclose()
    assert fresh.run(probe) == ""
    assert probe() == ""


def test_a_fixture_whose_steps_are_tasks_of_one_context(probe, hold):
    async def fixture():
        async with hold("a"):
            yield

    async def setup(generator):
        await anext(generator)

    async def test():
        return probe()

    async def teardown(generator):
        async for _ in generator:
            raise AssertionError("yielded twice")
        return probe()

    generator = fixture()
    context = contextvars.copy_context()
    with asyncio.Runner() as runner:
        runner.run(setup(generator), context=context)
        assert runner.run(test(), context=context) == "a"
        assert runner.run(teardown(generator), context=context) == ""


# ---- resumed elsewhere ----


@pytest.mark.parametrize("where", ["context", "thread"])
def test_the_body_of_a_generator_stays_held_wherever_it_is_resumed(probe, hold, where):
    def body():
        with hold("a"):
            yield probe()
            yield probe()

    generator = body()
    home = contextvars.Context()
    assert home.run(next, generator) == "a"
    seen = []
    if where == "context":
        seen.append(contextvars.Context().run(next, generator))
    else:
        thread = threading.Thread(target=lambda: seen.append(next(generator)))
        thread.start()
        thread.join()
    assert seen == ["a"]


@pytest.mark.asyncio
async def test_the_body_of_an_async_generator_stays_held_whichever_task_resumes_it(probe, hold):
    async def body():
        async with hold("a"):
            yield probe()
            yield probe()

    async def step(generator):
        return await anext(generator)

    generator = body()
    home = contextvars.Context()
    assert await asyncio.create_task(step(generator), context=home) == "a"
    assert await asyncio.create_task(step(generator), context=contextvars.Context()) == "a"
    assert current() is None
