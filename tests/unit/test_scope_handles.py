"""start() and its handle: for owners whose two ends lie in different functions."""

import asyncio
import contextvars
import threading
import unittest

import pytest

from fastaudit import PermissionViolation, ScopeError, current


def test_a_started_scope_holds_until_it_is_stopped(probe, hold):
    def begin():
        return hold("a").start()

    def end(handle):
        handle.stop()

    handle = begin()
    assert probe() == "a"
    assert current() is handle.box
    end(handle)
    assert probe() == ""
    assert len(handle.box.violations) == 1


def test_stop_works_once(probe, hold):
    handle = hold("a").start()
    handle.stop()
    with pytest.raises(ScopeError, match="already"):
        handle.stop()
    assert probe() == ""


def test_a_handle_that_is_lost_ends_nothing(probe, hold):
    with hold("b"):
        hold("a").start()
        assert probe() == "ab"
    assert probe() == ""


def test_stop_in_another_context_is_refused_and_holds_on(probe, hold):
    handle = hold("a").start()
    for context in (contextvars.Context(), contextvars.copy_context()):
        with pytest.raises(ScopeError, match="context"):
            context.run(handle.stop)
        assert probe() == "a"
    handle.stop()
    assert probe() == ""


def test_stop_in_another_thread_is_refused_and_holds_on(probe, hold):
    handle = hold("a").start()
    errors = []

    def stop():
        try:
            handle.stop()
        except ScopeError as error:
            errors.append(error)

    thread = threading.Thread(target=stop)
    thread.start()
    thread.join()
    assert len(errors) == 1
    assert probe() == "a"
    handle.stop()


def test_leaving_the_scope_around_it_ends_a_started_scope(probe, hold):
    with hold("b") as box:
        handle = hold("a").start()
    assert probe() == ""
    (place,) = box.left_open
    assert place.startswith(__file__) and "test_leaving_the_scope_around_it" in place
    with pytest.raises(ScopeError, match="ended already"):
        handle.stop()


def test_a_guest_that_starts_and_never_stops_holds_nobody_after_the_block(probe, hold):
    kept = []

    def guest():
        kept.append(hold("b").start())
        with hold("c"):
            kept.append(hold("d").start())

    for _ in range(3):
        with hold("a"):
            guest()
        assert probe() == ""
    with hold("e"):
        for handle in kept:
            with pytest.raises(ScopeError):
                handle.stop()
        assert probe() == "e"


def test_stopping_a_handle_ends_nothing_that_was_started_after_it(probe, hold):
    first, second, third = (hold(name).start() for name in "abc")
    second.stop()
    assert probe() == "ac"
    first.stop()
    assert probe() == "c"
    third.stop()
    assert probe() == ""


def test_a_guest_that_stops_its_own_handle_does_not_end_what_the_host_started_since(probe, hold):
    kept = []
    with hold("a"):
        kept.append(hold("b").start())  # the first guest
        host = hold("c").start()
        kept[0].stop()  # the second one
        assert probe() == "ac"
        host.stop()
        assert probe() == "a"


def test_stopping_an_outer_handle_leaves_a_block_above_it_alone(probe, hold):
    handle = hold("a").start()
    with hold("b"):
        handle.stop()
        assert probe() == "b"
    assert probe() == ""


def test_a_strict_handle_raises_what_was_swallowed(probe, hold):
    handle = hold("a", strict=True).start()
    assert probe() == "a"
    with pytest.raises(PermissionViolation):
        handle.stop()
    assert probe() == ""


def test_a_handle_cannot_be_made_changed_or_subclassed(hold):
    handle = hold("a").start()
    kind = type(handle)
    with pytest.raises(TypeError):
        kind()
    with pytest.raises(TypeError):
        object.__new__(kind)
    with pytest.raises(TypeError):
        type("Sub", (kind,), {})
    with pytest.raises(AttributeError):
        handle.box = None
    with pytest.raises(TypeError):
        kind.stop = None
    handle.stop()


def test_start_in_a_task_holds_that_task(probe, hold):
    async def worker():
        handle = hold("a").start()
        await asyncio.sleep(0)
        seen = probe()
        handle.stop()
        return seen, probe()

    async def main():
        task = asyncio.create_task(worker())
        await asyncio.sleep(0)
        free = probe()
        return await task, free

    assert asyncio.run(main()) == (("a", ""), "")


def test_unittest_cleanups(probe, hold):
    class Case(unittest.TestCase):
        def setUp(self):
            handle = hold("a").start()
            self.addCleanup(handle.stop)

        def test(self):
            self.assertEqual(probe(), "a")

    class ByClass(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            cls.handle = hold("a").start()

        @classmethod
        def tearDownClass(cls):
            cls.handle.stop()

        def test(self):
            self.assertEqual(probe(), "a")

    class Asynchronous(unittest.IsolatedAsyncioTestCase):
        async def asyncSetUp(self):
            handle = hold("a").start()
            self.addCleanup(handle.stop)

        async def test(self):
            await asyncio.sleep(0)
            self.assertEqual(probe(), "a")

    for case in (Case, ByClass, Asynchronous):
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
        assert (result.testsRun, result.errors, result.failures) == (1, [], [])
        assert probe() == ""
