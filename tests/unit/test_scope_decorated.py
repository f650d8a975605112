"""Decorated functions: one scope a call, on the chain while the body runs and off it meanwhile."""

import asyncio
import contextvars
import functools
import inspect
import pickle
import types

import pytest

from fastaudit import PermissionViolation, Policy, current, sandbox


@sandbox(Policy.unrestricted())
def picklable(x):
    """Give x back."""
    return x


def test_a_decorated_function_is_held_and_its_caller_is_not(probe, hold):
    @hold("a")
    def function(x, *, y=2):
        return probe(), x, y

    assert function(1, y=3) == ("a", 1, 3)
    assert probe() == ""
    with hold("b"):
        assert function(1) == ("ab", 1, 2)


def test_each_call_is_a_scope_of_its_own(probe, hold):
    @hold("a")
    def function():
        return current(), probe()

    (first, _), (second, _) = function(), function()
    assert first is not second
    assert len(first.violations) == len(second.violations) == 1


def test_the_result_is_a_function_of_the_same_kind(hold):
    def function(a, b=1): ...
    def generator(a, b=1):
        yield

    async def coroutine(a, b=1): ...
    async def async_generator(a, b=1):
        yield

    kinds = [inspect.isfunction, inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction]
    for original in (function, generator, coroutine, async_generator):
        held = hold("a")(original)
        assert [kind(held) for kind in kinds] == [kind(original) for kind in kinds]
        assert inspect.signature(held) == inspect.signature(original)
        assert (held.__name__, held.__qualname__, held.__doc__) == (
            original.__name__,
            original.__qualname__,
            original.__doc__,
        )
        assert held.__wrapped__ is original


def test_a_decorated_function_pickles_by_name():
    assert pickle.loads(pickle.dumps(picklable)) is picklable
    assert picklable(3) == 3


def test_methods_can_be_decorated(probe, hold):
    class Thing:
        @hold("a")
        def method(self):
            return self, probe()

        @classmethod
        @hold("b")
        def of_class(cls):
            return cls, probe()

        @staticmethod
        @hold("c")
        def static():
            return probe()

        @property
        @hold("d")
        def attribute(self):
            return probe()

    thing = Thing()
    assert thing.method() == (thing, "a")
    assert Thing.of_class() == (Thing, "b")
    assert thing.static() == "c"
    assert thing.attribute == "d"


@pytest.mark.parametrize("wrong", [staticmethod(len), classmethod(len), int, 3, None])
def test_what_is_no_function_is_answered_by_a_type_error(hold, wrong):
    with pytest.raises(TypeError):
        hold("a")(wrong)


def test_an_exception_passes(probe, hold):
    @hold("a")
    def function():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        function()
    assert probe() == ""


# ---- generators ----


def test_a_decorated_generator_holds_its_body_only(probe, hold):
    @hold("a")
    def body():
        sent = yield probe()
        while sent is not None:
            sent = yield probe() + sent
        return probe()

    generator = body()
    assert probe() == ""
    assert next(generator) == "a"
    assert probe() == ""
    assert generator.send("!") == "a!"
    assert probe() == ""
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "a"
    assert probe() == ""


def test_a_decorated_generator_is_one_scope_with_one_record(probe, hold):
    boxes = []

    @hold("a")
    def body():
        for _ in range(3):
            probe()
            boxes.append(current())
            yield

    for _ in body():
        pass
    assert boxes[0] is boxes[1] is boxes[2]
    assert len(boxes[0].violations) == 3


@pytest.mark.parametrize("resume", ["next", "throw", "close"])
def test_a_decorated_generator_is_held_wherever_it_is_resumed(probe, hold, resume):
    seen = []

    @hold("a")
    def body():
        try:
            seen.append(probe())
            yield
            seen.append(probe())
        except (ZeroDivisionError, GeneratorExit):
            seen.append(probe())
            raise

    generator = body()
    contextvars.Context().run(next, generator)
    act = {
        "next": lambda: next(generator),
        "throw": lambda: generator.throw(ZeroDivisionError),
        "close": generator.close,
    }[resume]
    try:
        contextvars.Context().run(act)
    except (ZeroDivisionError, StopIteration):
        pass
    assert seen == ["a", "a"]
    assert probe() == ""


def test_a_decorated_generator_that_is_dropped_finishes_held(probe, hold):
    seen = []

    @hold("a")
    def body():
        try:
            yield
        finally:
            seen.append(probe())

    generator = body()
    next(generator)
    del generator
    assert seen == ["a"]
    assert probe() == ""


def test_interleaved_decorated_generators_keep_to_their_own(probe, hold):
    def body():
        while True:
            yield probe()

    first, second = hold("a")(body)(), hold("b")(body)()
    with hold("c"):
        assert [next(first), next(second), next(first)] == ["ac", "bc", "ac"]
    assert [next(first), probe()] == ["a", ""]


def test_a_decorated_generator_cannot_run_itself(probe, hold):
    @hold("a")
    def body():
        yield next(generator)

    generator = body()
    with pytest.raises(ValueError, match="already"):
        next(generator)
    assert probe() == ""


def test_a_generator_based_coroutine_can_be_decorated(probe, hold):
    @hold("a")
    @types.coroutine
    def suspend():
        yield
        return probe()

    async def main():
        return await suspend(), probe()

    assert asyncio.run(main()) == ("a", "")


def test_a_partial_of_a_generator_function_is_one(probe, hold):
    def body(x):
        yield probe(), x

    assert list(hold("a")(functools.partial(body, 1))()) == [("a", 1)]
    assert probe() == ""


# ---- coroutines ----


@pytest.mark.asyncio
async def test_a_decorated_coroutine_holds_its_body_only(probe, hold):
    free = []

    @hold("a")
    async def worker(steps):
        seen = [probe()]
        for _ in range(steps):
            await asyncio.sleep(0)
            seen.append(probe())
        return seen

    async def watch():
        for _ in range(4):
            free.append(probe())
            await asyncio.sleep(0)

    seen, _ = await asyncio.gather(worker(3), watch())
    assert seen == ["a"] * 4
    assert free == [""] * 4
    assert await worker(1) == ["a", "a"]
    assert probe() == ""


@pytest.mark.asyncio
async def test_a_decorated_coroutine_is_held_while_it_is_cancelled(probe, hold):
    seen = []

    @hold("a")
    async def worker():
        try:
            await asyncio.sleep(60)
        finally:
            seen.append(probe())
            await asyncio.sleep(0)
            seen.append(probe())

    task = asyncio.create_task(worker())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["a", "a"]
    assert probe() == ""


@pytest.mark.asyncio
async def test_what_a_decorated_coroutine_starts_carries_its_scope(probe, hold):
    async def child():
        await asyncio.sleep(0)
        return probe()

    @hold("a")
    async def worker():
        return asyncio.create_task(child())

    assert await (await worker()) == "a"
    assert probe() == ""


@pytest.mark.asyncio
async def test_a_block_inside_a_decorated_coroutine_stays_across_awaits(probe, hold):
    @hold("a")
    async def worker():
        seen = []
        with hold("b"):
            await asyncio.sleep(0)
            seen.append(probe())
            with hold("c"):
                await asyncio.sleep(0)
                seen.append(probe())
            await asyncio.sleep(0)
            seen.append(probe())
        await asyncio.sleep(0)
        return [*seen, probe()]

    assert await worker() == ["ab", "abc", "ab", "a"]
    assert probe() == ""


@pytest.mark.asyncio
async def test_what_is_started_inside_a_decorated_coroutine_stays_across_awaits(probe, hold):
    @hold("a")
    async def worker():
        handle = hold("b").start()
        await asyncio.sleep(0)
        seen = [probe()]
        handle.stop()
        await asyncio.sleep(0)
        return [*seen, probe()]

    assert await worker() == ["ab", "a"]
    assert probe() == ""


@pytest.mark.asyncio
async def test_what_is_started_and_not_stopped_ends_with_the_decorated_call(probe, hold):
    boxes = []

    @hold("a")
    async def worker():
        boxes.append(current())
        hold("b").start()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return probe()

    assert await worker() == "ab"
    assert probe() == ""
    assert len(boxes[0].left_open) == 1


def test_what_its_consumer_starts_is_not_ended_by_a_decorated_generator(probe, hold):
    @hold("a")
    def body():
        hold("b").start()
        yield

    generator = body()
    next(generator)
    assert probe() == "b"  # as start() in any generator
    mine = hold("c").start()
    with pytest.raises(StopIteration):
        next(generator)
    assert probe() == "c"
    mine.stop()


# ---- asynchronous generators ----


@pytest.mark.asyncio
async def test_a_decorated_async_generator_holds_its_body_only(probe, hold):
    boxes = set()

    @hold("a")
    async def body():
        for _ in range(3):
            await asyncio.sleep(0)
            boxes.add(current())
            yield probe()

    seen = []
    async for answer in body():
        seen.append((answer, probe()))
    assert seen == [("a", "")] * 3
    assert len(boxes) == 1
    assert probe() == ""


@pytest.mark.asyncio
async def test_a_decorated_async_generator_takes_send_throw_and_close(probe, hold):
    seen = []

    @hold("a")
    async def body():
        try:
            sent = yield "first"
            seen.append((sent, probe()))
            try:
                yield "second"
            except ZeroDivisionError:
                seen.append(("thrown", probe()))
            yield "third"
        finally:
            await asyncio.sleep(0)
            seen.append(("closed", probe()))

    generator = body()
    assert await anext(generator) == "first"
    assert await generator.asend(1) == "second"
    assert await generator.athrow(ZeroDivisionError) == "third"
    await generator.aclose()
    assert seen == [(1, "a"), ("thrown", "a"), ("closed", "a")]
    assert probe() == ""


@pytest.mark.asyncio
async def test_what_is_started_inside_a_decorated_async_generator_stays_until_it_ends(probe, hold):
    @hold("a")
    async def body():
        hold("b").start()
        await asyncio.sleep(0)
        yield probe()
        yield probe()

    seen = [answer async for answer in body()]
    assert seen == ["ab", "ab"]
    assert probe() == ""


# ---- strict ----


def test_a_copy_made_in_the_body_stays_held_when_it_steps_the_body_itself(probe, hold):
    def body():
        copies.append(contextvars.copy_context())
        yield
        yield

    copies = []
    generator = hold("a")(body)()
    next(generator)
    (copy,) = copies
    copy.run(next, generator)
    assert copy.run(probe) == "a"
    assert copy.run(next, generator, None) is None
    assert copy.run(probe) == "a"


def test_a_copy_made_in_the_body_stays_held_when_it_drives_another_body(probe, hold):
    def body():
        copies.append(contextvars.copy_context())
        yield

    def another():
        with hold("b"):
            yield

    copies = []
    generator = hold("a")(body)()
    next(generator)
    (copy,) = copies
    steps = generator.gi_frame.f_locals["steps"]
    driven = steps.drive(another())
    copy.run(next, driven)
    assert copy.run(probe) == "ab"
    copy.run(list, driven)
    assert copy.run(probe) == "a"


def test_a_strict_decorator_raises_what_was_swallowed(probe, hold):
    @hold("a", strict=True)
    def function():
        probe()

    @hold("a", strict=True)
    def generator():
        probe()
        yield

    @hold("a", strict=True)
    async def coroutine():
        probe()
        await asyncio.sleep(0)

    with pytest.raises(PermissionViolation):
        function()
    with pytest.raises(PermissionViolation):
        list(generator())
    with pytest.raises(PermissionViolation):
        asyncio.run(coroutine())
    assert probe() == ""
