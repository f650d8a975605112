"""Greenlets keep what is in force where they were made, and take nothing from or to one another."""

import contextvars
import gc
import sys
import threading

import pytest

from fastaudit import PermissionViolation, Policy, ScopeError, carry, current, sandbox, trusted

greenlet = pytest.importorskip("greenlet", reason="greenlet cannot be obtained for this Python")


def switch_away():
    greenlet.getcurrent().parent.switch()


def test_a_greenlet_made_inside_is_held(probe, hold):
    with hold("a"):
        made = greenlet.greenlet(probe)
        assert made.switch() == "a"
        late = greenlet.greenlet(probe)
    assert late.switch() == "a"
    assert probe() == ""


def test_a_greenlet_of_the_hosts_is_not_held_by_a_scope_of_another(probe, hold):
    def body():
        seen.append(probe())
        switch_away()
        seen.append(probe())

    seen = []
    hosts = greenlet.greenlet(body)
    hosts.switch()
    with hold("a"):
        hosts.switch()
        assert probe() == "a"
    assert seen == ["", ""]


def test_scopes_of_greenlets_that_take_turns_are_their_own(probe, hold):
    def body(name):
        with hold(name):
            for _ in range(3):
                seen.append(probe())
                switch_away()
        seen.append(probe())

    seen = []
    turns = [greenlet.greenlet(body) for _ in range(2)]
    for one, name in zip(turns, "ab", strict=True):
        one.switch(name)
    for _ in range(3):
        for one in turns:
            assert probe() == ""
            one.switch()
    assert seen == ["a", "b"] * 3 + ["", ""]


def test_a_greenlet_left_in_the_middle_of_a_block_can_end_it_later(probe, hold):
    def body():
        with hold("a"):
            switch_away()
            return probe(), current() is None

    one = greenlet.greenlet(body)
    one.switch()
    with hold("b"):
        assert probe() == "b"
    assert one.switch() == ("a", False)
    assert one.dead


def test_carriers_that_end_in_another_order_than_they_began(probe, hold):
    def body():
        seen.append(probe())
        switch_away()
        seen.append(probe())

    seen, jobs = [], []
    for name in "ab":
        with hold(name):
            jobs.append(carry(body))
    turns = [greenlet.greenlet(job) for job in jobs]
    for one in turns:
        one.switch()
        assert probe() == ""
    for one in turns:
        one.switch()
        assert probe() == ""
    assert seen == ["a", "b", "a", "b"]
    assert [carry(lambda: 1)() for _ in range(3)] == [1, 1, 1]


def test_a_new_context_in_a_carried_greenlet_is_held(probe, hold):
    with hold("a"):
        job = carry(lambda: contextvars.Context().run(probe))
    assert greenlet.greenlet(job).switch() == "a"
    assert probe() == ""


def test_a_context_that_is_given_carries(probe, hold):
    free = contextvars.copy_context()
    with hold("a"):
        for context in (free, None, contextvars.copy_context()):
            made = greenlet.greenlet(probe)
            made.gr_context = context
            assert made.switch() == "a"
    assert free.run(probe) == ""


def test_the_context_of_the_running_greenlet_stays(probe, hold):
    free = contextvars.copy_context()
    with hold("a"):
        with pytest.raises(ScopeError, match="cannot be exchanged"):
            greenlet.getcurrent().gr_context = free
        with pytest.raises(ScopeError, match="cannot be exchanged"):
            greenlet.getcurrent().gr_context = None
        assert probe() == "a"


def test_a_scope_is_not_taken_from_a_waiting_greenlet(probe, hold):
    with hold("a"):
        waiting = greenlet.greenlet(probe)
    with hold("b"), pytest.raises(ScopeError, match="carries a scope"):
        waiting.gr_context = contextvars.copy_context()
    assert waiting.switch() == "a"


@pytest.mark.parametrize("start", ["switch", "throw", "run", "init", "parent", "parent of a new one"])
def test_a_waiting_greenlet_of_the_hosts_is_held_when_a_guest_starts_it(start, probe, hold):
    def body(*_):
        seen.append(probe())

    def thrown():
        try:
            raise KeyError
        except KeyError:
            return

    seen = []
    waiting = greenlet.greenlet(body)
    main = greenlet.getcurrent()
    with hold("a"):
        if start == "switch":
            waiting.switch()
        elif start == "throw":
            with pytest.raises(KeyError):
                waiting.throw(KeyError)
            seen.append("a")
        elif start == "run":
            waiting.run = body
        elif start == "init":
            waiting.__init__(body)
        elif start == "parent":
            guests = greenlet.greenlet(thrown)
            waiting.parent = main
            guests.parent = waiting
            guests.switch()
        else:
            greenlet.greenlet(thrown, waiting).switch()
    if start in ("run", "init"):
        waiting.switch()
    assert seen == ["a"]
    assert probe() == ""


def test_made_without_init_it_is_held(probe, hold):
    with hold("a"):
        made = greenlet.greenlet.__new__(greenlet.greenlet)
        made.run = probe
    assert made.switch() == "a"


def test_subclasses_are_held(probe, hold):
    class Before(greenlet.greenlet):
        def run(self):
            return probe()

    class Own(Before):
        def __new__(cls):
            return super().__new__(cls)

        def __init__(self):
            pass

    with hold("a"):
        made = [Before(), Own()]
    assert [one.switch() for one in made] == ["a", "a"]


def test_watching_switches_is_a_right():
    with sandbox(Policy()) as box:
        with pytest.raises(PermissionViolation, match=r"greenlet\.settrace"):
            greenlet.settrace(print)
    assert [violation.right for violation in box.violations] == ["trace"]
    assert greenlet.gettrace() is None
    with sandbox(Policy(allow=["trace"])):
        assert greenlet.settrace(None) is None


def test_a_greenlet_with_an_open_scope_may_die_with_its_thread(probe, hold):
    kept = []

    def body():
        with hold("a"):
            kept.append(probe())
            switch_away()

    def run():
        kept.append(greenlet.greenlet(body))
        kept[-1].switch()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert kept[1] == "a"
    kept.clear()
    gc.collect()
    assert probe() == ""


def test_a_greenlet_with_an_open_scope_may_be_thrown_away(probe, hold):
    def body():
        with hold("a"):
            switch_away()

    for _ in range(3):
        greenlet.greenlet(body).switch()
        gc.collect()
        assert probe() == ""


def test_a_block_is_not_ended_by_another_greenlet(probe, hold):
    manager = hold("a")

    def leave():
        manager.__exit__(None, None, None)

    with manager:
        with pytest.raises(ScopeError):
            greenlet.greenlet(leave).switch()
        assert probe() == "a"


def test_whoever_shares_a_context_shares_its_scopes(probe, hold):
    """What SQLAlchemy does: the greenlet goes on in the context of whoever made it."""

    def body():
        seen = probe()
        switch_away()
        return seen + probe()

    made = greenlet.greenlet(body)
    with hold("a"):
        made.gr_context = greenlet.getcurrent().gr_context
        made.switch()
        assert made.switch() == "aa"


def test_a_greenlet_given_the_very_context_of_a_block_stays_held_after_it(probe, hold):
    def body():
        switch_away()
        return probe()

    given, shared = greenlet.greenlet(body), greenlet.greenlet(body)
    shared.gr_context = greenlet.getcurrent().gr_context
    with hold("a"):
        given.gr_context = greenlet.getcurrent().gr_context
        for made in (given, shared):
            made.switch()
    assert (given.switch(), shared.switch(), probe()) == ("a", "a", "")


def test_nothing_is_left_when_all_have_ended(hold):
    before = sys.getrefcount(None)
    for _ in range(1000):
        with hold("a"):
            greenlet.greenlet(lambda: None).switch()
    assert abs(sys.getrefcount(None) - before) < 100


def test_a_trusted_call_that_waits_in_another_greenlet_lets_nobody_else_out(probe, hold):
    """Whoever shares its context meanwhile is refused everything; it goes on with its maker's authority."""

    def body():
        seen.append(probe())
        switch_away()
        seen.append(probe())
        return "done"

    seen = []
    with hold("a"):
        made = trusted(body)
    other = greenlet.greenlet(lambda: (switch_away(), made())[1])
    other.gr_context = greenlet.getcurrent().gr_context
    other.switch()
    with hold("b"):
        other.switch()
        with pytest.raises(PermissionViolation) as refused:
            open(__file__).close()
        assert refused.value.reason == "foreign-value"
        assert other.switch() == "done"
        assert probe() == "b"
    assert seen == ["a", "a"]
    assert probe() == ""


def test_trusted_calls_in_greenlets_of_one_context_each_run_by_themselves(probe, hold):
    def body(number):
        if number:
            inner = greenlet.greenlet(made)
            inner.gr_context = greenlet.getcurrent().gr_context
            inner.switch(number - 1)
            seen.append(probe())
            inner.switch()
        switch_away()
        seen.append(probe())

    seen = []
    made = trusted(body)
    with hold("b"):
        other = greenlet.greenlet(made)
        other.gr_context = greenlet.getcurrent().gr_context
        other.switch(3)
        other.switch()
        assert other.dead
        assert probe() == "b"
    assert probe() == ""
    # Where another's call lies on top in that context everything is refused; else it is the maker's authority.
    assert seen == ["abcdef", "", "abcdef", "", "abcdef", "", ""]
