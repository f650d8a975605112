"""What is in force after a context was entered and left again is what is in force there now, whatever was done inside."""

import contextvars

import pytest

Context = contextvars.Context


def test_one_that_starts_meanwhile_elsewhere_is_not_here(probe, hold):
    elsewhere = Context()
    assert probe() == ""
    handle = elsewhere.run(hold("a").start)
    assert (probe(), elsewhere.run(probe), probe()) == ("", "a", "")
    elsewhere.run(handle.stop)
    assert (probe(), elsewhere.run(probe)) == ("", "")


@pytest.mark.parametrize("asks", [True, False])
def test_what_was_asked_meanwhile_is_of_there(probe, hold, asks):
    """Each context deeper is asked for the first time, or for none: both must leave the caller's own."""
    deep = [Context() for _ in range(6)]

    def go(at):
        own = "abcdef"[:at]
        assert probe() == own
        if at < len(deep):
            deep[at].run(enter, at)
        if asks:
            assert probe() == own

    def enter(at):
        with hold("abcdef"[at]):
            go(at + 1)

    go(0)
    assert probe() == ""


def test_a_generator_that_leaves_its_block_from_another_context(probe, hold):
    def body():
        with hold("a"):
            yield

    made = body()
    next(made)
    assert probe() == "a"
    Context().run(made.close)
    assert probe() == ""


def test_a_body_that_opens_its_block_in_another_context(probe, hold):
    def body():
        yield
        with hold("a"):
            yield probe()

    made = body()
    next(made)
    assert probe() == ""
    assert Context().run(next, made) == "a"
    assert probe() == ""
    made.close()


def test_an_error_leaves_as_a_value_does(probe, hold):
    def body():
        with hold("a"):
            yield

    made = body()
    next(made)

    def end():
        made.close()
        raise KeyError

    with hold("b"):
        assert probe() == "ab"
        with pytest.raises(KeyError):
            Context().run(end)
        assert probe() == "b"


@pytest.mark.parametrize("shares", [False, True])
def test_greenlets_that_share_a_context(probe, hold, shares):
    """A greenlet may be given the very context that another one is in, without entering it."""
    greenlet = pytest.importorskip("greenlet", reason="greenlet cannot be obtained for this Python")
    hub, context, seen = greenlet.getcurrent(), Context(), []

    def other():
        handle = hold("a").start()
        seen.append(probe())
        hub.switch()
        handle.stop()
        seen.append(probe())
        hub.switch()

    def first():
        second = greenlet.greenlet(other)
        second.gr_context = context if shares else Context()
        for _ in range(2):
            seen.append(probe())
            Context().run(second.switch)
            seen.append(probe())

    context.run(first)
    own = "a" if shares else ""
    assert seen == ["", "a", own, own, "", ""]
