"""What gevent's hub is given to call carries; whoever waits, of whatever tenant, is woken and goes on as ever."""

import errno
import gc
import importlib
import io

import pytest

from fastaudit import ScopeError

gevent = pytest.importorskip("gevent", reason="gevent cannot be obtained for this Python")
for _name in ("event", "lock", "pool", "queue", "select", "socket", "server"):
    importlib.import_module("gevent." + _name)


@pytest.fixture(autouse=True)
def hub():
    """A hub of the host's, which runs already; what goes wrong in it is written where a test can look."""
    gevent.get_hub().destroy()
    hub = gevent.get_hub()
    hub.exception_stream = io.StringIO()
    gevent.sleep(0)
    return hub


def turn():
    gevent.sleep(0.001)


def test_callbacks_of_the_loop_carry(hub, probe, hold):
    seen = []
    with hold("a"):
        hub.loop.run_callback(lambda *args: seen.append((probe(), args)), 1, 2)
        hub.loop.run_callback_threadsafe(lambda: seen.append((probe(), ())))
        timer = hub.loop.timer(0.0001)
        timer.start(lambda: seen.append((probe(), "timer")))
    hub.loop.run_callback(lambda: seen.append((probe(), "host")))
    turn()
    assert sorted(seen, key=str) == sorted([("a", (1, 2)), ("a", ()), ("a", "timer"), ("", "host")], key=str)
    assert probe() == ""


def test_a_server_that_a_guest_starts_is_held_and_the_next_one_is_not(probe, hold):
    def ask(server):
        with gevent.socket.create_connection(("127.0.0.1", server.server_port)) as client:
            return client.recv(10)

    def handle(connection, address):
        connection.sendall(probe().encode() or b"-")
        connection.close()

    with hold("a"):
        held = gevent.server.StreamServer(("127.0.0.1", 0), handle)
        held.start()
    free = gevent.server.StreamServer(("127.0.0.1", 0), handle)
    free.start()
    assert (ask(held), ask(free)) == (b"a", b"-")
    with hold("b"):
        assert ask(free) == b"-"
        assert ask(held) == b"a"
    held.stop()
    free.stop()


def waiting(probe, wait):
    """A greenlet of the host's that waits, and tells what it got and what held it then."""
    one = gevent.spawn(lambda: (wait(), probe()))
    gevent.sleep(0)
    return one


class Own:
    """What only its maker's code knows."""


class OwnEvent(gevent.event.Event):
    """An event of a class in Python."""


@pytest.mark.parametrize("kind", ["event", "own event", "result", "semaphore", "queue", "channel", "greenlet", "all"])
def test_a_guest_wakes_greenlets_of_the_hosts_which_go_on_free(kind, probe, hold):
    thing = Own()
    event, result, lock, queue, own = (
        gevent.event.Event(), gevent.event.AsyncResult(), gevent.lock.Semaphore(0), gevent.queue.Queue(), OwnEvent(),
    )  # fmt: skip
    channel, links = gevent.queue.Channel(), []
    wait, wake, got = {
        "event": (event.wait, event.set, True),
        "own event": (own.wait, own.set, True),
        "result": (result.get, lambda: result.set(thing), thing),
        "semaphore": (lock.acquire, lock.release, True),
        "queue": (queue.get, lambda: queue.put(thing), thing),
        "channel": (channel.get, lambda: gevent.spawn(channel.put, thing).join(), thing),
        "greenlet": (lambda: result.get().get(), lambda: result.set(gevent.spawn(lambda: thing)), thing),
        "all": (lambda: len(gevent.wait([event, lock])), lambda: (event.set(), lock.release()), 2),
    }[kind]
    one, other = waiting(probe, wait), None
    if (
        kind != "own event"
    ):  # for a class in Python it is asked, in Python, whether it is ready: under the guest's scope
        event.rawlink(lambda _: links.append(probe()))
    with hold("a"):
        wake()
        other = gevent.spawn(probe)
    assert one.get(timeout=5) == (got, "")
    assert other.get(timeout=5) == "a"
    turn()
    assert links == [""] * event.is_set()
    assert probe() == ""


def test_a_host_waits_for_greenlets_of_a_class_of_a_guests(probe, hold):
    class Worker(gevent.Greenlet):
        def _run(self):
            return probe()

    linked = []
    with hold("a"):
        workers = [Worker() for _ in range(3)]
        for one in workers:
            one.start()
    workers[0].rawlink(lambda one: linked.append((probe(), one.value)))
    workers[1].link(lambda one: linked.append((probe(), one.value)))
    workers[0].join()
    assert [one.get(timeout=5) for one in workers] == ["a"] * 3
    assert set(gevent.wait(workers)) == set(workers)
    turn()
    # A link of the host's passes: it is the host's own, and free.
    assert linked == [("", "a")] * 2


def test_links_of_a_guests_are_held_and_can_be_taken_back(probe, hold):
    def link(_):
        seen.append(probe())

    def kept(_):
        seen.append("kept " + probe())

    seen, event, one = [], gevent.event.Event(), gevent.spawn(gevent.sleep, 0.001)
    with hold("a"):
        event.rawlink(link)
        event.rawlink(kept)
        event.unlink(link)
        for method in (one.link, one.link_value, one.link_exception, one.rawlink):
            method(link)
        one.link(kept)
        one.unlink(link)
    event.set()
    one.join()
    turn()
    # unlink() takes away one, and there are three left, of which one is for failures only.
    assert sorted(seen) == ["a", "a", "kept a", "kept a"]


def test_a_link_of_a_guests_on_what_is_done_already_is_called(probe, hold):
    seen, event, one = [], gevent.event.Event(), gevent.spawn(int)
    event.set()
    one.join()
    with hold("a"):
        event.rawlink(lambda _: seen.append(probe()))
        one.link(lambda _: seen.append(probe()))
    turn()
    assert seen == ["a", "a"]


@pytest.mark.parametrize("closes", ["host", "guest"])
def test_a_socket_is_closed_while_somebody_waits_for_it(closes, probe, hold):
    def receive():
        try:
            one.recv(1)
        except OSError as error:
            return error.errno, probe()

    one, _other = gevent.socket.socketpair()
    if closes == "host":
        with hold("a"):
            reader = gevent.spawn(receive)
        gevent.sleep(0)
        one.close()
    else:
        reader = gevent.spawn(receive)
        gevent.sleep(0)
        with hold("a"):
            one.close()
    assert reader.get(timeout=5) == (errno.EBADF, "a" if closes == "host" else "")


def test_sockets_wait_and_time_out_inside(hold):
    with hold("a"):
        one, other = gevent.socket.socketpair()
        writer = gevent.spawn_later(0.002, other.sendall, b"x")
        assert one.recv(1) == b"x"
        assert writer.get(timeout=5) is None
        one.settimeout(0.001)
        with pytest.raises(TimeoutError):
            one.recv(1)
        with gevent.Timeout(0.001, False):
            gevent.sleep(5)
        assert gevent.select.select([one], [other], [], 0.001) == ([], [other], [])
        one.close()
        other.close()


def test_what_a_callback_raises_is_told_to_the_hub_under_what_holds_it(hub, probe, hold):
    class Failure(Exception):
        def __str__(self):
            return f"held by {probe()!r}"

    def fail():
        raise Failure

    with hold("a"):
        hub.loop.run_callback(fail)
        gevent.spawn(fail)
    hub.loop.run_callback(fail)
    turn()
    told = hub.exception_stream.getvalue()
    assert (told.count("held by 'a'"), told.count("held by ''")) == (2, 1)
    assert "fail" in told


def test_the_system_is_ended_by_a_callback_as_ever(hub, hold):
    def leave():
        raise SystemExit(3)

    with hold("a"):
        hub.loop.run_callback(leave)
    with pytest.raises(SystemExit) as left:
        gevent.sleep(1)
    assert left.value.code == 3


def test_a_hub_is_destroyed_while_a_callback_of_a_guests_waits_in_it(hub, hold):
    main = gevent.getcurrent()
    with hold("a"):
        hub.loop.run_callback(main.switch)
    gevent.get_hub().switch()  # it is in that callback now
    hub.destroy()
    turn()


def test_a_guest_ends_a_greenlet_of_the_hosts_by_an_exception_that_is_not_its_own(hub, probe, hold):
    class Failure(Exception):
        pass

    def work():
        try:
            gevent.sleep(5)
        except BaseException as error:
            return type(error), error.args, probe()

    ends = []
    for exception in (gevent.GreenletExit, ValueError("x"), Failure("x"), Failure):
        one = gevent.spawn(work)
        gevent.sleep(0)
        with hold("a"):
            one.kill(exception)
        ends.append(one.get())
    assert ends == [
        (gevent.GreenletExit, (), ""),
        (ValueError, ("x",), ""),
        (RuntimeError, ("a Failure was thrown in",), ""),
        (RuntimeError, ("a Failure was thrown in",), ""),
    ]


def test_a_guests_own_greenlets_are_ended_by_any_exception(hold):
    class Failure(Exception):
        pass

    with hold("a"):
        one = gevent.spawn(gevent.sleep, 5)
        gevent.sleep(0)
        one.kill(Failure("x"))
        assert isinstance(one.exception, Failure)


def test_a_hub_that_was_started_inside_serves_the_host(probe, hold):
    gevent.get_hub().destroy()
    with hold("a"):
        gevent.sleep(0)
    result, event = gevent.event.AsyncResult(), OwnEvent()
    gevent.spawn_later(0.001, result.set, Own())
    gevent.spawn_later(0.001, event.set)
    assert isinstance(result.get(timeout=5), Own)
    assert event.wait(5)
    assert probe() == ""
    gevent.get_hub().destroy()


def test_pools_and_groups(probe, hold):
    pool = gevent.pool.Pool(2)
    called = []
    with hold("a"):
        assert pool.map(lambda _: probe(), range(4)) == ["a"] * 4
        assert list(pool.imap_unordered(lambda _: probe(), range(4))) == ["a"] * 4
        pool.apply_async(probe, callback=lambda value: called.append((value, probe())))
        pool.join()
        turn()
    assert pool.map(lambda _: probe(), range(4)) == [""] * 4
    assert called == [("a", "a")]


def test_spawn_callbacks_carry_and_can_be_removed(probe, hold):
    def spawned(_):
        seen.append(probe())

    seen = []
    with hold("a"):
        gevent.Greenlet.add_spawn_callback(spawned)
    gevent.spawn(int).join()
    with hold("b"):
        gevent.Greenlet.remove_spawn_callback(spawned)
    gevent.spawn(int).join()
    assert seen == ["a"]


def test_what_a_callback_is_called_with_stays(hub, hold):
    soon = hub.loop.run_callback(int)
    timer = hub.loop.timer(5)
    timer.start(int)
    with hold("a"):
        for one in (soon, timer):
            with pytest.raises(ScopeError, match="is called with"):
                one.args = (Own(),)
    assert (soon.args, timer.args) == ((), ())
    timer.close()


def test_a_callback_that_is_given_again_does_not_nest(hub, hold):
    def tick():
        pass

    timer = hub.loop.timer(0.0001)
    with hold("a"):
        timer.start(tick)
        first = timer.callback
        assert first.__wrapped__ is tick
        assert (first == tick, first != tick, first == len, first != len) == (True, False, False, True)
        assert hash(first) == hash(tick)
        assert "tick" in repr(first)
        timer.callback = first
        assert timer.callback is first
    timer.close()


def test_nothing_is_left_of_callbacks(hub, hold):
    def count():
        gc.collect()
        return sum(type(one).__name__ in ("HubCallback", "HubArrivals") for one in gc.get_objects())

    for _ in range(100):
        with hold("a"):
            hub.loop.run_callback(int)
            event = gevent.event.Event()
            event.rawlink(lambda _: None)
            event.set()
            turn()
        del event
    turn()  # until then the hub is in the callback by which it switched to here
    assert count() == 0
