"""Decorated plain generators in asyncio: what is awaited goes to the task and is refused as it would; data is left alone."""

import asyncio
import types

import pytest

from fastaudit import Policy, current, sandbox

HELD = sandbox(Policy())


class Yielded:
    """What no task takes."""

    def __init__(self):
        self.seen = []

    def __getattr__(self, name):
        if name != "_asyncio_future_blocking":
            raise AttributeError(name)
        self.seen.append(current() is not None)
        raise AttributeError(name)

    def __repr__(self):
        self.seen.append(current() is not None)
        return "what no task takes"


@HELD
def held(value):
    return (yield value)


class Directly:
    def __init__(self, value):
        self.value = value

    @HELD
    def __await__(self):
        return (yield self.value)


class Through:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        return (yield from held(self.value))


@types.coroutine
def coroutine_of(value):
    return (yield from held(value))


@types.coroutine
@HELD
def coroutine_itself(value):
    return (yield value)


async def asynchronous(value):
    yield await Directly(value)


async def in_a_generator(value):
    return [one async for one in asynchronous(value)]


async def in_a_coroutine(value):
    return await Through(value)


AWAITED = [Directly, Through, coroutine_of, coroutine_itself, in_a_generator, in_a_coroutine]


@pytest.mark.parametrize("wait", AWAITED)
def test_what_is_no_future_is_refused_inside(wait):
    async def main():
        value = Yielded()
        with pytest.raises(RuntimeError, match="bad yield: what no task takes"):
            await wait(value)
        return value.seen

    seen = asyncio.run(main())
    assert seen
    assert all(seen)


@pytest.mark.parametrize("wait", AWAITED)
def test_a_turn_of_the_loop_is_given_as_ever(wait):
    async def main():
        return await wait(None)

    assert asyncio.run(main()) in (None, [None])


def test_what_is_yielded_after_a_cancellation_is_refused_as_well():
    @HELD
    def body(value):
        try:
            yield from asyncio.sleep(9).__await__()
        except asyncio.CancelledError:
            yield value

    @types.coroutine
    def wait(value):
        yield from body(value)

    async def coroutine(value):
        await wait(value)

    async def main():
        value = Yielded()
        task = asyncio.ensure_future(coroutine(value))
        await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(RuntimeError, match="bad yield"):
            await task
        return value.seen

    assert all(asyncio.run(main()))


def through(value):
    yield from held(value)


def one_after_another(value):
    for one in held(value):  # noqa: UP028
        yield one


@pytest.mark.parametrize("generator", [held, through, one_after_another])
def test_data_is_left_alone_where_a_loop_runs(generator):
    async def asynchronously(value):
        for one in generator(value):
            yield one

    async def main():
        value = Yielded()
        given = [
            list(generator(value)),
            [next(generator(value))],
            [generator(value).send(None)],
            [one for one in generator(value)],  # noqa: C416
            [*generator(value)],
            [one async for one in asynchronously(value)],
        ]
        return all(one is value for many in given for one in many), len(given), value.seen

    assert asyncio.run(main())[:2] == (True, 6)


def test_without_a_loop_whoever_steps_it_gets_what_it_yields():
    value = Yielded()
    for wait in (in_a_coroutine, coroutine_of):
        assert wait(value).send(None) is value
    assert value.seen == []
