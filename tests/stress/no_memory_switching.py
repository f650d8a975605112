"""More acts that no_memory.py runs without memory: what greenlets and gevent's hub run, and are handed, is held whenever it runs."""

import contextlib
import contextvars
import io

import gevent
import gevent.event
import gevent.hub
import gevent.threadpool
import greenlet
from failing_sources import spare_library
from no_memory_acts import held_without_memory, manager

from fastaudit import ScopeError

spare_library("/_greenlet.")  # without memory for one of its objects, it reads what it never made (3.2.4)
hub = gevent.get_hub()
hub.exception_stream = io.StringIO()


waiting = []  # greenlets that wait for others, which may not come


def turn():
    """Let the hub do what it has to do."""
    gevent.sleep(0)
    gevent.sleep(0)


def each(arm, disarm, ways, after=turn):
    """Do all of it inside, and have the host go on after each: it is done whole, or fails, and what runs then is held."""
    answers = []
    acting = False

    def tell(*_):
        answers.append(held_without_memory(disarm, arm if acting else disarm))

    lacked = None
    for way in ways:
        done, acting = None, True
        try:
            with manager:
                arm()
                try:
                    done = way(tell)
                finally:
                    disarm()
            arm()
            after(*done if isinstance(done, tuple) else ())
        except (MemoryError, gevent.hub.LoopExit) as error:
            disarm()
            lacked = error
        finally:
            disarm()
            acting = False
            gevent.killall(waiting)
            waiting.clear()
            turn()
    assert all(answers), "something runs free"
    if lacked is not None:
        raise MemoryError


# ---- greenlets ----


def with_a_run(tell):
    made = greenlet.greenlet()
    made.run = tell
    return made, made


def with_a_context(tell):
    made = greenlet.greenlet(tell)
    made.gr_context = contextvars.Context()
    return made, made


def as_a_parent(tell):
    parent = greenlet.greenlet(tell)
    made = greenlet.greenlet(int, parent)
    return made, made


def changed_parent(tell):
    made = greenlet.greenlet(int)
    made.parent = greenlet.greenlet(tell)
    return made, made


def greenlets_made(arm, disarm):
    older = greenlet.greenlet()

    def of_the_host(tell):
        older.run = tell
        return older, older

    ways = [
        lambda tell: (greenlet.greenlet(tell),) * 2,
        with_a_run,
        with_a_context,
        as_a_parent,
        changed_parent,
        of_the_host,
    ]
    each(arm, disarm, ways, lambda made, _: made.switch())


def served(got):
    """Take what the host's greenlet is handed."""
    value = None
    while True:
        try:
            value = greenlet.getcurrent().parent.switch()
            got.append(value)
        except (Exception, gevent.Timeout) as error:
            got.append(error)


def greenlets_handed(arm, disarm):
    """The host's greenlet is handed copies and carriers, or nothing."""
    got = []
    server = greenlet.greenlet(served)
    server.switch(got)

    class Failure(Exception):
        pass

    def wrong(tell):
        with contextlib.suppress(ScopeError):
            server.switch(Failure())

    values = [bytearray(b"x"), [1, {"a": [2.5]}], {"b": (3, b"")}, "text", 5]
    ways = [lambda tell, value=value: server.switch(value) for value in values]
    ways += [
        lambda tell: server.switch(tell), lambda tell: server.switch(1, word=[2]),
        lambda tell: server.throw(Failure, Failure("x")), lambda tell: server.throw(ValueError("x")),
        lambda tell: server.throw(gevent.Timeout), wrong,
    ]  # fmt: skip

    def use(*_):
        assert not any(isinstance(value, Failure) for value in got)
        for value in got:
            assert not any(value is handed for handed in values[:3])
            if callable(value):
                value()

    each(arm, disarm, ways, use)


# ---- gevent's hub ----


def told_when_done(way):
    """Wait for a greenlet of the host's to end."""

    def link(tell):
        one = gevent.spawn(int)
        way(one, tell)

    return link


def watched(tell):
    watcher = hub.loop.timer(0.0001)
    watcher.start(int)
    watcher.callback = tell
    return hub.loop.timer(0), watcher


def queued(tell):
    callback = hub.loop.run_callback(int)
    callback.callback = tell


def waited(tell):
    """A greenlet that waits is woken by another one."""
    event = gevent.event.Event()

    def wait():
        event.wait()
        tell()

    waiting.append(gevent.spawn(wait))
    gevent.spawn(event.set)


def waited_by_hand(tell):
    waiter = gevent.hub.Waiter()

    def wait():
        waiter.get()
        tell()

    waiting.append(gevent.spawn(wait))
    hub.loop.run_callback(waiter.switch, 5)


def linked(tell):
    event = gevent.event.Event()
    event.rawlink(tell)
    event.set()


def timed(tell):
    timer = hub.loop.timer(0.0001)
    timer.start(tell)
    return hub.loop.timer(0), timer


def longer(*_):
    gevent.sleep(0.0003)
    turn()


def hub_callbacks(arm, disarm):
    ways = [
        lambda tell: hub.loop.run_callback(tell, 1), lambda tell: hub.loop.run_callback_threadsafe(tell),
        lambda tell: gevent.spawn(tell), lambda tell: gevent.spawn_later(0, tell), queued, waited, waited_by_hand, linked,
        told_when_done(lambda one, tell: one.rawlink(tell)), told_when_done(lambda one, tell: one.link(tell)),
    ]  # fmt: skip
    each(arm, disarm, ways)


def hub_watchers(arm, disarm):
    each(arm, disarm, [timed, watched], longer)


def hub_shows(arm, disarm):
    """What the host asks of a callback is asked inside."""

    class Shown:
        def __init__(self, tell):
            self.tell = self.__call__ = tell

        def __call__(self):
            raise ValueError

        def __eq__(self, other):
            self.tell()
            return False

        def __hash__(self):
            self.tell()
            return 5

        def __repr__(self):
            self.tell()
            return ""

        def throw(self, *_):
            self.tell()

    def give(tell):
        callback = hub.loop.run_callback(Shown(tell))
        return callback, callback

    def ask(callback, _):
        carried = callback.callback
        for question in (repr, hash, lambda one: one == 5, lambda one: one.__self__.throw(ValueError)):
            question(carried)
        turn()

    each(arm, disarm, [give], ask)


pool = gevent.threadpool.ThreadPool(1)


def hub_pool(arm, disarm):
    pool.spawn(int).get()
    each(arm, disarm, [lambda tell: (pool.spawn(tell),) * 2], lambda job, _: (disarm(), job.wait()))
