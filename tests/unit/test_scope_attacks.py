"""What a guest that finds its host's objects can do to end a scope: nothing."""

import asyncio
import contextlib
import contextvars
import ctypes
import functools
import gc
import importlib.util
import sys
import threading
import time
import types
import weakref
from contextlib import AsyncExitStack, ExitStack

import pytest
from guests import attempt, find

from fastaudit import ScopeError, current


def exits(found):
    return functools.partial(found.__exit__, None, None, None)


@contextlib.contextmanager
def managing(manager):
    with manager:
        yield


def held(probe):
    return "a" in probe()


def test_a_manager_found_in_the_hosts_locals_ends_nothing(probe, hold):
    def guest():
        found = find()
        attempt(exits(found), lambda: type(found).__exit__(found, None, None, None))
        attempt(lambda: found.__enter__(), exits(found))
        with found:
            attempt(exits(found), exits(found))
        attempt(exits(found))

    host_manager = hold("a")
    with host_manager:
        guest()
        assert probe() == "a"
    assert probe() == ""


def test_an_exit_in_a_copied_context_ends_nothing(probe, hold):
    def guest():
        attempt(lambda: contextvars.copy_context().run(exits(find())))

    host_manager = hold("a")
    with host_manager:
        guest()
        assert probe() == "a"
    assert probe() == ""


@pytest.mark.parametrize("how", ["call", "str", "len", "weakref", "del"])
def test_an_exit_that_the_host_itself_calls_unknowingly_ends_nothing(probe, hold, how):
    kept = []

    def guest():
        act = exits(find())
        if how == "call":
            return act

        class Trap:
            __str__ = staticmethod(act)
            __len__ = staticmethod(act)

            def __del__(self):
                if how == "del":
                    act()

        trap = Trap()
        if how == "weakref":
            kept.append(weakref.ref(trap, functools.partial(find().__exit__, None, None)))
        return trap

    hook, sys.unraisablehook = sys.unraisablehook, lambda *_: None
    host_manager = hold("a")
    try:
        with host_manager:
            given = guest()
            with contextlib.suppress(Exception):
                if how == "call":
                    given()
                elif how == "str":
                    str(given)
                elif how == "len":
                    len(given)
            del given
            assert probe() == "a"
    finally:
        sys.unraisablehook = hook
    assert probe() == ""


@pytest.mark.parametrize("act", ["close", "exit", "clear", "pop_all", "token"])
def test_a_stack_found_in_the_hosts_locals_ends_nothing(probe, hold, act):
    def guest():
        found = find()
        attempt(
            {
                "close": found.close,
                "exit": exits(found),
                "clear": found._exit_callbacks.clear,
                "pop_all": lambda: found.pop_all().close(),
                "token": lambda: found._exit_callbacks[0][1](None, None, None),
            }[act]
        )

    seen = []

    def host():
        with ExitStack() as host_stack:
            host_stack.enter_context(hold("a"))
            guest()
            seen.append(probe())

    with hold("f"):
        attempt(host)
        assert "f" in probe()
    assert seen == ["af"]
    assert probe() == ""


@pytest.mark.parametrize("how", ["call", "len", "with", "with-error"])
def test_a_stack_that_comes_back_from_the_guest_ends_nothing(probe, hold, how):
    def guest():
        found = find()
        if how == "call":
            return found.close
        if how == "len":
            return type("Trap", (), {"__len__": staticmethod(found.close)})()
        return found

    def host():
        with ExitStack() as host_stack:
            host_stack.enter_context(hold("a"))
            given = guest()
            with contextlib.suppress(ScopeError, TypeError, ZeroDivisionError):
                if how == "call":
                    given()
                elif how == "len":
                    len(given)
                else:
                    with given:
                        if how == "with-error":
                            1 / 0  # noqa: B018
            assert probe() == "af"

    with hold("f"):
        host()
    assert probe() == ""


def test_an_async_stack_that_comes_back_from_the_guest_ends_nothing(probe, hold):
    async def host():
        async with AsyncExitStack() as host_stack:
            await host_stack.enter_async_context(hold("a"))
            with contextlib.suppress(ScopeError):
                async with find_for(host_stack):
                    pass
            return probe()

    def find_for(_):
        return find()

    assert asyncio.run(host()) == "a"
    assert probe() == ""


@pytest.mark.parametrize("leaves_a_with", [False, True])
def test_a_sibling_call_at_the_same_address_ends_nothing(probe, hold, leaves_a_with):
    def opener(stack, manager, act):
        with manager:
            if stack is not None:
                stack.enter_context(hold("a"))
            else:
                attempt(act)

    with hold("f"):
        stack = ExitStack()
        opener(stack, contextlib.nullcontext(), None)
        assert held(probe)
        if leaves_a_with:
            attempt(lambda: opener(None, stack, bool))
        else:
            attempt(lambda: opener(None, contextlib.nullcontext(), stack.close))
        assert held(probe)
    assert probe() == ""


def test_an_exit_fetched_beforehand_does_not_pair_with_the_hosts_entry(probe, hold):
    manager = hold("a")
    kept = [manager.__exit__, type(manager).__exit__]
    with manager:
        for token in kept:
            attempt(lambda token=token: token(None, None, None), lambda token=token: token(manager, None, None, None))
        assert probe() == "a"
    assert probe() == ""


def test_the_hosts_code_in_a_function_of_the_guests_ends_nothing(probe, hold):
    def host(callback):
        host_manager = hold("a")
        with host_manager:
            callback()
            assert probe() == "a"

    def guest():
        copy = types.FunctionType(host.__code__, globals(), "copy", (), host.__closure__)
        attempt(lambda: copy(lambda: attempt(exits(find()))))

    host(guest)
    assert probe() == ""


def test_code_that_pretends_to_be_contextlib_ends_nothing(probe, hold):
    def forged_file():
        text = "def f():\n try: found.__exit__(None, None, None)\n except Exception: pass\nf()"
        exec(compile(text, contextlib.__file__, "exec"), {"found": find()})

    def borrowed_code():
        function = types.FunctionType(ExitStack.__exit__.__code__, {"sys": sys, "len": len})
        fake = types.SimpleNamespace(_exit_callbacks=[(True, find().__exit__)])
        attempt(lambda: function(fake, None, None, None))

    host_manager = hold("a")
    with host_manager:
        forged_file()
        borrowed_code()
        assert probe() == "a"
    assert probe() == ""


def test_a_contextmanager_found_in_the_hosts_locals_ends_nothing(probe, hold):
    def guest():
        found = find()
        attempt(
            exits(found),
            found.gen.close,
            lambda: next(found.gen),
            lambda: found.gen.throw(ValueError),
            lambda: contextvars.copy_context().run(found.gen.close),
        )

    seen = []

    def host():
        host_manager = managing(hold("a"))
        with host_manager:
            guest()
            seen.append(probe())

    with hold("f"):
        attempt(host)
    assert seen == ["af"]
    assert probe() == ""


@pytest.mark.parametrize("how", ["copy", "fresh", "thread"])
def test_a_contextmanager_closed_from_elsewhere_by_the_guest_ends_nothing(probe, hold, how):
    def guest():
        close = find().gen.close
        if how == "thread":
            thread = threading.Thread(target=attempt, args=(close,))
            thread.start()
            thread.join()
        else:
            context = contextvars.copy_context() if how == "copy" else contextvars.Context()
            attempt(lambda: context.run(close))

    seen = []

    def host():
        host_manager = managing(hold("a"))
        with host_manager:
            guest()
            seen.append(probe())

    with hold("f"):
        attempt(host)
    assert seen == ["af"]
    assert probe() == ""


def test_the_exit_that_a_with_statement_holds_cannot_be_found(probe, hold):
    found = []

    def search(objects):
        found.extend(o for o in objects if type(o).__name__ == "Exit")

    def guest():
        frame = sys._getframe(1)
        search(gc.get_objects())
        search(gc.get_referents(frame))
        search(frame.f_locals.values())

    with hold("a"):
        guest()
        assert found == []


def test_recursion_of_the_host_is_no_way_out(probe, hold):
    host_manager = hold("a")

    def host(depth):
        with host_manager:
            if depth == 0:
                attempt(exits(find()))
            else:
                host(depth - 1)
            assert probe() == "a"

    host(3)
    assert probe() == ""


def test_an_exit_may_not_be_called_by_trace_functions(probe, hold):
    host_manager = hold("a")
    seen = []

    def trace(frame, event, argument):
        attempt(exits(host_manager))
        seen.append(event)
        return trace

    def work():
        return probe()

    before = sys.gettrace()
    with host_manager:
        sys.settrace(trace)
        try:
            answer = work()
        finally:
            sys.settrace(before)
    assert answer == "a" and seen
    assert probe() == ""


def test_hundreds_of_asynchronous_interrupts_leave_nothing_stuck_and_no_block_free(probe, hold):
    manager = hold("a")
    marker = probe.files["a"]
    counts = {"entered": 0, "interrupts": 0, "free inside": 0, "stuck": 0}
    finish = threading.Event()

    def refused():
        try:
            marker.stat()
            open(marker).close()
        except PermissionError:
            return True
        return False

    def work():
        while not finish.is_set():
            try:
                while not finish.is_set():
                    if refused():
                        counts["stuck"] += 1
                        return
                    for _ in range(20):
                        with manager:
                            if not refused():
                                counts["free inside"] += 1
                        counts["entered"] += 1
            except KeyboardInterrupt:
                counts["interrupts"] += 1

    hook, threading.excepthook = threading.excepthook, lambda *_: None
    thread = threading.Thread(target=work)
    thread.start()
    try:
        while counts["interrupts"] < 300 and (counts["free inside"], counts["stuck"]) == (0, 0):
            if not thread.is_alive():  # interrupted where it counts an interrupt
                thread = threading.Thread(target=work)
                thread.start()
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident), ctypes.py_object(KeyboardInterrupt)
            )
            time.sleep(0.0005)
    finally:
        finish.set()
        thread.join()
        threading.excepthook = hook
    assert counts["interrupts"] >= 300
    assert (counts["free inside"], counts["stuck"]) == (0, 0)


def test_entering_without_memory_holds_nothing_when_it_fails(probe, hold):
    testcapi = importlib.import_module("_testcapi") if importlib.util.find_spec("_testcapi") else None
    manager = hold("a")
    still_held = []

    def enter_and_leave(fails_at):
        if testcapi is not None:
            testcapi.set_nomemory(fails_at, fails_at + 1)
        try:
            with manager:
                pass
        finally:
            if testcapi is not None:
                testcapi.remove_mem_hooks()

    def one_failure(fails_at):
        with contextlib.suppress(MemoryError):
            enter_and_leave(fails_at)
        if current() is not None:
            still_held.append(fails_at)

    for fails_at in range(20):
        contextvars.Context().run(one_failure, fails_at)
    assert still_held == []


def test_a_finaliser_that_enters_while_a_block_is_entered_does_not_disturb_it(probe, hold):
    class Cycle:
        def __init__(self):
            self.itself = self

        def __del__(self):
            with hold("b"):
                pass

    thresholds = gc.get_threshold()
    manager = hold("a")
    try:
        for allocations in range(1, 40):  # one of them falls between the look-up of the exit and the entry
            with ExitStack() as stack:
                enter = stack.enter_context
                gc.set_threshold(0)
                gc.collect()
                Cycle()
                gc.set_threshold(allocations)
                enter(manager)
                assert probe() == "a"
    finally:
        gc.set_threshold(*thresholds)
        gc.collect()
    assert probe() == ""
