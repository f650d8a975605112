"""The variable that carries the scopes: what Python code may do to it, and what it may not."""

import contextvars
import threading

import pytest

from fastaudit import ScopeError


def the_variable():
    return next(variable for variable in contextvars.copy_context() if variable.name == "fastaudit")


def in_thread(function):
    """Run in a thread, so that the context of entry is another one than the thread's."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(function()))
    thread.start()
    thread.join()
    return answers[0]


def test_a_value_that_puts_the_hosts_scope_above_the_guests_is_refused(probe, hold):
    def guest():
        variable = the_variable()
        before = contextvars.copy_context()
        with hold("b"):
            other_order = before.run(variable.get)
            with pytest.raises(ScopeError, match="order"):
                variable.set(other_order)
        return contextvars.copy_context()

    with hold("a"):
        carried = in_thread(guest)
    assert carried.run(probe) == "a"


def test_a_value_that_adds_a_scope_of_another_context_is_accepted(probe, hold):
    with hold("a"):
        variable = the_variable()
        child = contextvars.copy_context()

        def opens():
            handles.append(hold("b").start())
            return variable.get()

        handles = []
        wider = child.run(opens)
        token = variable.set(wider)
        assert probe() == "ab"
        child.run(handles[0].stop)
        assert probe() == "ab"
        variable.reset(token)
        assert probe() == "a"


def test_a_scope_left_open_by_a_guest_does_not_take_the_hosts_next_one_along(probe, hold):
    def generator():
        with hold("b"):
            yield

    with pytest.warns(match="still open"), hold("a"):
        left_open = generator()
        next(left_open)
    started = hold("c").start()
    assert probe() == "bc"
    left_open.close()
    assert probe() == "c"
    started.stop()


def test_a_scope_left_open_in_a_hosts_context_does_not_take_the_hosts_next_one_along(probe, hold):
    context = contextvars.Context()
    with hold("a"):
        left_open = context.run(hold("b").start)

    def host():
        started = hold("c").start()
        assert probe() == "bc"
        left_open.stop()
        assert probe() == "c"
        started.stop()

    context.run(host)


def test_a_reset_keeps_what_a_copy_carries_after_its_owner_has_ended_it(probe, hold):
    with hold("a"):
        variable = the_variable()
        copy = contextvars.copy_context()

    def sets_and_resets():
        variable.reset(variable.set(variable.get()))
        return probe()

    assert copy.run(probe) == "a"
    assert copy.run(sets_and_resets) == "a"
    assert copy.run(probe) == "a"
