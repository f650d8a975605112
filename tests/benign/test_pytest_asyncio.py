"""pytest-asyncio: fixtures that enter a scope hold the test, and their teardown ends it."""

import asyncio
import contextlib

import pytest
import pytest_asyncio

from fastaudit import current


@pytest.fixture
def held_by_sync(probe, hold):
    with hold("a"):
        yield "a"


@pytest_asyncio.fixture
async def held_by_async(probe, hold):
    with hold("b"):
        await asyncio.sleep(0)
        yield "b"


@pytest_asyncio.fixture
async def held_by_async_with(probe, hold):
    async with hold("c"):
        yield "c"


@pytest_asyncio.fixture
async def held_by_stack(probe, hold):
    async with contextlib.AsyncExitStack() as stack:
        await stack.enter_async_context(hold("d"))
        stack.enter_context(hold("e"))
        yield "de"


@pytest.mark.asyncio
async def test_a_sync_fixture_holds(probe, held_by_sync):
    await asyncio.sleep(0)
    assert probe() == held_by_sync


@pytest.mark.asyncio
async def test_an_async_fixture_holds(probe, held_by_async):
    await asyncio.sleep(0)
    assert probe() == held_by_async


@pytest.mark.asyncio
async def test_an_async_fixture_with_async_with_holds(probe, held_by_async_with):
    assert probe() == held_by_async_with


@pytest.mark.asyncio
async def test_an_async_fixture_with_a_stack_holds(probe, held_by_stack):
    assert probe() == held_by_stack


@pytest.mark.asyncio
async def test_fixtures_of_all_kinds_together_hold(
    probe, held_by_sync, held_by_async, held_by_async_with, held_by_stack
):
    assert probe() == "abcde"
    assert await asyncio.create_task(asyncio.to_thread(probe)) == "abcde"


@pytest.mark.asyncio
async def test_nothing_is_left_in_force_between_tests(probe):
    assert probe() == ""
    assert current() is None


def test_nothing_is_left_in_force_for_tests_without_a_loop(probe):
    assert probe() == ""
    assert current() is None
