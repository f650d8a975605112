"""Entering and leaving: a scope is ended by the `with` statement that entered it, by nothing else."""

import asyncio
import contextvars
import sys
import threading
from contextlib import ExitStack

import pytest

from fastaudit import ScopeError, current

pytestmark = pytest.mark.usefixtures("perhaps_traced")


def test_a_block_is_held_and_what_comes_after_it_is_not(probe, hold):
    with hold("a"):
        assert probe() == "a"
    assert probe() == ""


def test_nested_blocks_add_up_and_a_manager_may_be_entered_inside_itself(probe, hold):
    a, b = hold("a"), hold("b")
    with a:
        with b:
            with a:
                assert probe() == "ab"
            assert probe() == "ab"
        assert probe() == "a"
    assert probe() == ""


def test_each_entry_is_a_scope_of_its_own(probe, hold):
    manager = hold("a")
    with manager as outer, manager as inner:
        assert outer is not inner
        assert current() is inner
        probe()
    with manager as again:
        pass
    assert len(inner.violations) == len(outer.violations) == 1
    assert again.violations == ()


def test_an_exception_leaves_the_block_and_passes(probe, hold):
    with pytest.raises(ZeroDivisionError), hold("a"):
        1 / 0  # noqa: B018
    assert probe() == ""


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit, StopIteration])
def test_every_kind_of_exception_leaves_the_block(probe, hold, error):
    with pytest.raises(error), hold("a"):
        raise error
    assert probe() == ""


def test_return_break_and_continue_leave_the_block(probe, hold):
    def returns():
        with hold("a"):
            return probe()

    assert returns() == "a"
    for turn in range(3):
        with hold("a"):
            if turn == 0:
                continue
            break
    assert probe() == ""


def test_a_block_can_be_left_while_its_frame_object_is_held(probe, hold):
    frames = [sys._getframe()]
    with hold("a"):
        frames.append(sys._getframe())
        assert probe() == "a"
    assert probe() == ""


def test_recursion_enters_and_leaves_in_order(probe, hold):
    def recurse(depth):
        with hold("a"):
            if depth:
                recurse(depth - 1)
            return probe()

    assert recurse(100) == "a"
    assert probe() == ""


def test_several_managers_in_one_statement(probe, hold):
    with hold("a"), ExitStack() as stack, hold("b"):
        stack.enter_context(hold("c"))
        assert probe() == "abc"
    assert probe() == ""


def test_a_warm_loop_enters_and_leaves(probe, hold):
    a = hold("a")
    for _ in range(3000):
        with a:
            pass
        with ExitStack() as stack:
            stack.enter_context(a)
    assert probe() == ""


# ---- async with ----


def test_async_with_holds_across_awaits(probe, hold):
    async def main():
        async with hold("a"):
            assert probe() == "a"
            await asyncio.sleep(0)
            assert probe() == "a"
        with hold("b"):
            await asyncio.sleep(0)
            assert probe() == "b"
        assert probe() == ""

    asyncio.run(main())


def test_cancellation_leaves_the_block(probe, hold):
    async def worker(inside):
        async with hold("a"):
            inside.set()
            await asyncio.sleep(60)

    async def main():
        inside = asyncio.Event()
        task = asyncio.create_task(worker(inside))
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert probe() == ""

    asyncio.run(main())


def test_a_timeout_leaves_the_block(probe, hold):
    async def main():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                with hold("a"):
                    await asyncio.sleep(60)
        assert probe() == ""

    asyncio.run(main())


# ---- what is refused, and holds on ----


def test_a_direct_enter_raises_and_holds_nothing(probe, hold):
    with pytest.raises(ScopeError, match=r"start\(\)"):
        hold("a").__enter__()
    assert probe() == ""
    with pytest.raises(ScopeError, match=r"start\(\)"):
        hold("a").__aenter__()
    assert probe() == ""


def test_a_class_that_delegates_is_refused_and_holds_nothing(probe, hold):
    class Delegating:
        def __init__(self):
            self.manager = hold("a")

        def __enter__(self):
            return self.manager.__enter__()

        def __exit__(self, *error):
            return self.manager.__exit__(*error)

    with pytest.raises(ScopeError), Delegating():
        raise AssertionError("entered")
    assert probe() == ""


@pytest.mark.parametrize("arguments", [(), (None,), (None, None, None), (1, 2, 3, 4, 5)])
def test_a_fetched_exit_ends_nothing(probe, hold, arguments):
    manager = hold("a")
    fetched_before = manager.__exit__
    with manager:
        for fetched in (fetched_before, manager.__exit__, type(manager).__exit__, manager.__aexit__):
            with pytest.raises(ScopeError):
                fetched(*arguments)
            assert probe() == "a"
    assert probe() == ""


def test_an_exit_fetched_and_dropped_in_another_thread_is_harmless(probe, hold):
    manager = hold("a")
    kept = [manager.__exit__]
    thread = threading.Thread(target=kept.clear)
    thread.start()
    thread.join()
    for _ in range(100):
        with pytest.raises(ScopeError):
            manager.__enter__()
    with manager:
        assert probe() == "a"
    assert probe() == ""


def test_ten_thousand_nested_scopes(probe, hold):
    a, b = hold("a"), hold("b")
    handles = []
    with b:
        for _ in range(10_000):
            handles.append(a.start())
        assert probe() == "ab"
        contextvars.copy_context().run(probe)
        for handle in reversed(handles):
            handle.stop()
        assert probe() == "b"
    assert probe() == ""


def test_ten_thousand_scopes_left_at_once(probe, hold):
    a = hold("a")
    with hold("b") as box:
        for _ in range(10_000):
            a.start()
    assert probe() == ""
    assert len(box.left_open) == 10_000


def test_the_recursion_limit_inside_refuses_and_leaves_cleanly(probe, hold):
    def recurse():
        with hold("a"):
            recurse()

    for _ in range(3):
        with pytest.raises(RecursionError):
            recurse()
        assert probe() == ""
