"""Trusted generators and coroutines: their maker's authority while the body runs, and not while it is suspended."""

import asyncio
import contextvars
import types

import pytest

from fastaudit import ScopeError, trusted


def test_a_generator_is_trusted_while_its_body_runs(probe, hold):
    @trusted
    def body():
        got = yield probe()
        while got != "end":
            try:
                got = yield (got, probe())
            except ZeroDivisionError:
                got = yield ("thrown", probe())
        return probe()

    with hold("a"):
        generator = body()
        assert next(generator) == ""
        assert probe() == "a"
        assert generator.send(1) == (1, "")
        assert generator.throw(ZeroDivisionError) == ("thrown", "")
        assert probe() == "a"
    assert generator.send(2) == (2, "")
    with hold("b"), pytest.raises(StopIteration) as stop:
        generator.send("end")
    assert stop.value.value == ""
    with pytest.raises(StopIteration):
        next(generator)


def test_closing_runs_its_finally_blocks_with_its_authority(probe, hold):
    seen = []

    @trusted
    def body():
        try:
            yield
        finally:
            seen.append(probe())

    with hold("a"):
        generator = body()
        next(generator)
        generator.close()
        abandoned = body()
        next(abandoned)
        del abandoned
        assert probe() == "a"
    assert seen == ["", ""]


def test_a_coroutine_is_trusted_between_its_suspensions(probe, hold):
    seen = []

    @trusted
    async def body():
        seen.append(probe())
        await asyncio.sleep(0)
        seen.append(probe())
        return "done"

    async def guest():
        task = asyncio.current_task()
        asyncio.get_running_loop().call_soon(lambda: seen.append(probe()))
        assert await body() == "done"
        assert probe() == "a"
        return task

    async def main():
        with hold("a"):
            await guest()
        assert probe() == ""

    asyncio.run(main())
    assert seen == ["", "a", ""]


def test_cancellation_reaches_the_body(probe, hold):
    seen = []

    @trusted
    async def body():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append(probe())
            raise

    async def main():
        with hold("a"):
            task = asyncio.create_task(body())
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(body(), 0.001)
            assert probe() == "a"

    asyncio.run(main())
    assert seen == ["", ""]


def test_an_async_generator_is_trusted_while_its_body_runs(probe, hold):
    seen = []

    @trusted
    async def body():
        try:
            got = yield probe()
            await asyncio.sleep(0)
            try:
                got = yield (got, probe())
            except ZeroDivisionError:
                yield ("thrown", probe())
        finally:
            seen.append(probe())

    async def main():
        with hold("a"):
            generator = body()
            assert await anext(generator) == ""
            assert probe() == "a"
            assert await generator.asend(1) == (1, "")
            assert await generator.athrow(ZeroDivisionError()) == ("thrown", "")
            await generator.aclose()
            assert probe() == "a"
            assert [item async for item in body()] == ["", (None, "")]

    asyncio.run(main())
    assert seen == ["", ""]


def test_an_iterable_coroutine_can_be_trusted(probe, hold):
    @trusted
    @types.coroutine
    def body():
        yield from asyncio.sleep(0).__await__()
        return probe()

    async def main():
        with hold("a"):
            assert await body() == ""

    asyncio.run(main())


def test_what_the_body_opened_stays_in_force_across_its_suspensions(probe, hold):
    seen = []

    @trusted
    async def coroutine():
        with hold("b"):
            seen.append(probe())
            await asyncio.sleep(0)
            seen.append(probe())
            await asyncio.sleep(0)
            with hold("c"):
                await asyncio.sleep(0)
                seen.append(probe())
        seen.append(probe())
        await asyncio.sleep(0)
        seen.append(probe())

    async def main():
        with hold("a"):
            await coroutine()
            assert probe() == "a"
        assert probe() == ""

    asyncio.run(main())
    assert seen == ["b", "b", "bc", "", ""]

    @trusted
    def generator():
        with hold("b"):
            yield probe()
            yield probe()
        yield probe()

    with hold("a"):
        body = generator()
        assert next(body) == "b"
        assert probe() == "ab"
        assert next(body) == "b"
        assert next(body) == ""
        assert probe() == "a"
        body.close()


def test_what_a_function_left_open_is_no_longer_in_force_for_its_caller(probe, hold):
    @trusted
    def function():
        return hold("b").start(), probe()

    with hold("a"):
        handle, seen = function()
        assert seen == "b"
        assert probe() == "a"
        with pytest.raises(ScopeError, match="ended already"):
            handle.stop()


def test_a_scope_that_the_body_ends_does_not_come_back(probe, hold):
    def fixture():
        with hold("b"):
            yield

    opened = fixture()
    with hold("a"):
        next(opened)
        assert probe() == "ab"
        trusted(opened.close)()
        assert probe() == "a"
        assert contextvars.copy_context().run(probe) == "a"
