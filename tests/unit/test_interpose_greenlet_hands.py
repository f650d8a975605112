"""What is handed to a greenlet that runs without the sandbox is plain data, or held."""

import contextvars
import threading

import pytest

from fastaudit import ScopeError

greenlet = pytest.importorskip("greenlet", reason="greenlet cannot be obtained for this Python")


@pytest.fixture
def server():
    """A greenlet of the host's that gives back what it is handed, by the next switch to its parent."""

    def serve():
        told = None
        while True:
            try:
                told = main.switch(told)
            except BaseException as error:
                told = error
            if isinstance(told, greenlet.GreenletExit):
                return

    main = greenlet.getcurrent()
    one = greenlet.greenlet(serve)
    one.switch()
    yield one
    one.throw()


class Own:
    """An object of a class of the guest's."""


@pytest.mark.parametrize("value", [None, 1, 1.5, True, "x", b"x", (), [1, {"a": (b"b", [])}], {"a": [None]}])
def test_plain_data_is_handed_over_as_a_copy(value, server, hold):
    with hold("a"):
        got = server.switch(value)
    assert (got, type(got)) == (value, type(value))
    assert got is not value or not isinstance(value, list | dict)


def test_what_can_be_called_is_held(server, probe, hold):
    with hold("a"):
        job = server.switch(probe)
        assert job() == "a"
    assert job() == "a"
    assert probe() == ""


def test_more_than_one_value_and_named_ones(probe, hold):
    def serve():
        got.append(main.switch())
        got.append(main.switch())

    got, main = [], greenlet.getcurrent()
    one = greenlet.greenlet(serve)
    one.switch()
    with hold("a"):
        one.switch(1, probe)
        one.switch(a=1, b=probe)
    assert (got[0][0], got[0][1]()) == (1, "a")
    assert (got[1]["a"], got[1]["b"]()) == (1, "a")


@pytest.mark.parametrize("make", [Own, lambda: [Own()], lambda: (one for one in ()), lambda: {1, Own()}])
def test_anything_else_is_refused_with_a_reason(make, server, hold):
    value = make()
    with hold("a"), pytest.raises(ScopeError, match="cannot hand an object of type"):
        server.switch(value)
    assert server.switch(value) is value


def test_whoever_is_held_as_well_is_handed_anything(probe, hold):
    def serve():
        got = main.switch()
        while True:
            got = main.switch((got, probe()))

    main, value = greenlet.getcurrent(), Own()
    with hold("a"):
        inside = greenlet.greenlet(serve)
        inside.switch()
        assert inside.switch(value) == (value, "a")
        with hold("b"), pytest.raises(ScopeError):
            inside.switch(value)
        assert inside.switch(value) == (value, "a")
    assert inside.switch(value) == (value, "a")


def test_a_parent_is_given_anything_by_what_was_made_inside(probe, hold):
    """As by a generator: whoever switches to it asks it for something."""

    def body():
        greenlet.getcurrent().parent.switch(value)
        with hold("b"):
            with pytest.raises(ScopeError):
                greenlet.getcurrent().parent.switch(value)
            greenlet.getcurrent().parent.switch(1)
        return value

    value = Own()
    with hold("a"):
        made = greenlet.greenlet(body)
    assert [made.switch(), made.switch(), made.switch()] == [value, 1, value]


def test_a_parent_is_not_given_anything_by_what_is_held_by_itself(probe, hold):
    def body():
        with hold("a"), pytest.raises(ScopeError):
            greenlet.getcurrent().parent.switch(Own())
        return "done"

    assert greenlet.greenlet(body).switch() == "done"


def test_a_guest_gives_back_to_its_host_in_the_block_what_it_likes(hold):
    """The block is around both: whoever made the guest's greenlet is held as well."""
    value = Own()
    with hold("a"):
        guest = greenlet.greenlet(lambda: greenlet.getcurrent().parent.switch(value))
        assert guest.switch() is value


def test_a_greenlet_that_is_not_started_is_held_and_handed_anything(probe, hold):
    value = Own()
    with hold("a"):
        assert greenlet.greenlet(lambda given: (given, probe())).switch(value) == (value, "a")
        waiting = greenlet.greenlet(lambda given: (given, probe()))
    assert waiting.switch(value) == (value, "a")


def test_in_a_thread_that_was_started_inside_everybody_is_handed_anything(probe, hold):
    def work():
        def serve():
            got = main.switch()
            main.switch((got, probe()))

        main = greenlet.getcurrent()
        one = greenlet.greenlet(serve)
        one.switch()
        seen.append(one.switch(value))
        seen.append(contextvars.copy_context().run(lambda: greenlet.greenlet(lambda: main.switch(value)).switch()))

    value, seen = Own(), []
    with hold("a"):
        thread = threading.Thread(target=work)
        thread.start()
    thread.join()
    assert seen == [(value, "a"), value]


def test_awaitables_go_to_whoever_shares_the_context(hold):
    """What SQLAlchemy does: a greenlet in the context of its parent, which waits for what it is handed."""

    async def answer():
        return 42

    def body():
        with hold("a"):
            return main.switch(answer())

    main = greenlet.getcurrent()
    made = greenlet.greenlet(body)
    made.gr_context = main.gr_context
    asked = made.switch()
    with pytest.raises(StopIteration) as done:
        asked.send(None)
    assert made.switch(done.value.value) == 42


@pytest.mark.parametrize("given", [ValueError("x"), ValueError, greenlet.GreenletExit("x")])
def test_exceptions_of_pythons_own_are_made_anew(given, server, hold):
    if isinstance(given, greenlet.GreenletExit):
        server = greenlet.greenlet(lambda: greenlet.getcurrent().parent.switch())
        server.switch()
    with hold("a"):
        got = server.throw(given)
    assert got is not given
    assert isinstance(got, given if isinstance(given, type) else type(given))
    assert getattr(given, "args", ()) == got.args or isinstance(given, type)


def test_a_class_of_exceptions_of_a_guests_is_not_raised_elsewhere(server, hold):
    class Failure(Exception):
        def __str__(self):
            raise AssertionError

    with hold("a"):
        for given in ((Failure(),), (Failure, "x"), (Failure, Failure(), None)):
            got = server.throw(*given)
            assert type(got) is RuntimeError
            assert str(got) == "a Failure was thrown in"
        with pytest.raises(TypeError):
            server.throw(1)
    assert isinstance(server.throw(Failure()), Failure)


def test_a_parent_that_runs_elsewhere_is_refused(server, hold):
    with hold("a"):
        with pytest.raises(ScopeError, match="the parent of a greenlet"):
            greenlet.greenlet(int, server)
        with pytest.raises(ScopeError, match="the parent of a greenlet"):
            greenlet.greenlet(run=int, parent=server)
        made = greenlet.greenlet(int)
        with pytest.raises(ScopeError, match="the parent of a greenlet"):
            made.parent = server
        assert made.parent is greenlet.getcurrent()
        made.parent = greenlet.greenlet(int)
    free = greenlet.greenlet(lambda: Own(), server)
    assert isinstance(free.switch(), Own)


def test_a_dead_one_hands_on_to_its_parent(hold, probe):
    def serve():
        got = main.switch()
        while True:
            got = main.switch(got)

    main = greenlet.getcurrent()
    server = greenlet.greenlet(serve)
    server.switch()
    dead = greenlet.greenlet(int, server)
    dead.switch()
    with hold("a"):
        with pytest.raises(ScopeError):
            dead.switch(Own())
        assert dead.switch(probe)() == "a"


def test_nothing_is_judged_where_nothing_is_in_force(server, hold):
    value = Own()
    manager = hold("a")

    def body():
        with manager:
            main.switch()

    main = greenlet.getcurrent()
    held = greenlet.greenlet(body)
    held.switch()  # a scope is alive, in another greenlet
    assert server.switch(value) is value
    held.switch()
