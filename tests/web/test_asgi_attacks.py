"""Code inside a sandbox gains nothing by a SandboxMiddleware: its own, or one of the host's that it reaches."""

import asyncio
import contextlib
import gc
import logging
import traceback

import pytest
from servers import Exchange, Spy

from fastaudit import Policy, ScopeError, sandbox
from fastaudit._core import violation
from fastaudit.asgi import SandboxMiddleware

FREE = Policy.unrestricted()


@pytest.fixture
def inside(probe):
    """Run a guest's function as an application under the policy of "a"; gives the exchange."""

    def run(guest, **options):
        exchange = Exchange(probe=probe)
        exchange.run(SandboxMiddleware(guest, policy=probe.policies["a"], **options))
        return exchange

    return run


# ---- middlewares that it makes or reaches ----


def test_a_middleware_of_its_own_is_held_as_it_is(probe, inside):
    seen = []

    def choose(scope):
        seen.append(probe())
        return FREE

    async def app(scope, receive, send):
        seen.append(probe())
        await receive()

    async def guest(scope, receive, send):
        own = Exchange(probe=probe)
        await SandboxMiddleware(app, policy=FREE)(own.scope, own.receive, own.send)
        await SandboxMiddleware(app, policy=choose)(own.scope, own.receive, own.send)
        seen.extend(own.seen)

    inside(guest)
    assert set(seen) == {"a"}


def test_one_of_the_hosts_is_no_way_up(probe, inside):
    """What it passes in runs under its own authority, and so does the host's application that it calls."""
    seen = []

    async def application(scope, receive, send):
        seen.append(probe())
        await receive()
        scope["run"]()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    def answers(scope, violation):
        seen.append(probe())
        return application

    hosts = SandboxMiddleware(application, policy=probe.policies["b"], on_violation=answers)

    async def guest(scope, receive, send):
        own = Exchange(probe=probe, run=lambda: seen.append(probe()))
        await hosts(own.scope, own.receive, own.send)
        seen.append("then")
        seen.extend(own.seen)

    inside(guest)
    assert seen == ["ab", "ab", "then", "a", "a"]


def test_middlewares_within_each_other_narrow(probe):
    seen = []

    async def app(scope, receive, send):
        seen.append(probe())
        await receive()

    exchange = Exchange(probe=probe)
    inner = SandboxMiddleware(app, policy=probe.policies["b"])
    exchange.run(SandboxMiddleware(inner, policy=probe.policies["a"]))
    assert (seen, exchange.seen) == (["ab"], [""])


def test_one_that_was_made_inside_keeps_its_makers_authority(probe, hold):
    seen = []

    def choose(scope):
        seen.append(probe())
        return probe.policies["b"]

    async def app(scope, receive, send):
        seen.append(probe())
        await asyncio.sleep(0)
        await asyncio.create_task(noting())
        with hold("c"):
            await receive()
            await asyncio.sleep(0)
            seen.append(probe())
        seen.append(probe())
        raise ValueError("at the end")

    async def noting():
        seen.append(probe())

    with hold("a"):
        made = SandboxMiddleware(app, policy=choose)
    exchange = Exchange(probe=probe)
    with pytest.raises(ValueError, match="at the end"):
        exchange.run(made)
    assert seen == ["a", "ab", "ab", "abc", "ab"]
    assert exchange.seen == [""]


def test_one_that_was_made_inside_is_cancelled_and_closed_as_any(probe, hold):
    seen = []

    async def app(scope, receive, send):
        try:
            await asyncio.sleep(60)
        finally:
            seen.append(probe())

    with hold("a"):
        made = SandboxMiddleware(app, policy=probe.policies["b"])

    async def main():
        exchange = Exchange()
        task = asyncio.create_task(made(exchange.scope, exchange.receive, exchange.send))
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        coroutine = made(exchange.scope, exchange.receive, exchange.send)
        coroutine.send(None)
        coroutine.close()

    asyncio.run(main())
    assert seen == ["ab", "ab"]


def test_a_server_that_runs_inside_a_scope_serves_inside_it(probe, hold):
    seen = []

    async def app(scope, receive, send):
        seen.append(probe())
        await receive()

    exchange = Exchange(probe=probe)
    with hold("a"):
        exchange.run(SandboxMiddleware(app, policy=probe.policies["b"]))
    assert (seen, exchange.seen) == (["ab"], ["a"])


def test_nothing_of_a_middleware_can_be_exchanged(probe, inside):
    async def app(scope, receive, send):
        pass

    hosts = SandboxMiddleware(app, policy=probe.policies["b"])

    async def guest(scope, receive, send):
        for name, value in [("app", guest), ("_fields", (guest,)), ("__class__", Exchange), ("anything", 1)]:
            for change in (setattr, object.__setattr__):
                with pytest.raises((AttributeError, TypeError)):
                    change(hosts, name, value)
        with pytest.raises((AttributeError, TypeError)):
            del hosts._fields
        for name in ("__call__", "__new__", "_fields"):
            for change in (setattr, type.__setattr__):
                with pytest.raises(TypeError):
                    change(SandboxMiddleware, name, guest)

    inside(guest)


# ---- receive and send ----


def test_what_it_keeps_of_a_request_gives_no_more_than_that_request(probe):
    kept, tasks, seen = [], [], []

    async def guest(scope, receive, send):
        kept[:] = receive, send
        tasks.append(asyncio.create_task(later(receive, send)))

    async def later(receive, send):
        await asyncio.sleep(0.01)
        seen.append(probe())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        seen.append(probe())
        with pytest.raises(TypeError):
            await send({"type": "http.response.body", "body": object()})

    async def main():
        exchange = Exchange(probe=probe)
        await SandboxMiddleware(guest, policy=probe.policies["a"])(exchange.scope, exchange.receive, exchange.send)
        await tasks[0]
        return exchange

    exchange = asyncio.run(main())
    assert seen == ["a", "a"]
    assert exchange.seen == [""]


def test_nothing_of_its_own_reaches_the_server_by_a_message(probe, inside):
    ran = []

    class Text(str):
        def __eq__(self, other):
            ran.append(probe())
            return True

        __hash__ = str.__hash__

    class Loud(dict):
        def get(self, *args):
            ran.append(probe())

        __getitem__ = items = keys = get

    async def guest(scope, receive, send):
        start = {"type": Text("http.response.start"), "status": 200, "headers": [(b"a", b"b")]}
        await send(Loud(start))
        for wrong in (object(), "text", None, {}, {"type": []}, {"type": object()}, [("type", "x")]):
            with pytest.raises((TypeError, KeyError, RuntimeError)):
                await send(wrong)

    exchange = inside(guest)
    (message,) = exchange.sent
    assert type(message) is dict
    assert type(message["type"]) is str
    assert "" not in ran


@pytest.mark.parametrize("kind", ["http.response.pathsend", "http.response.zerocopysend", "lifespan.startup.complete"])
def test_it_cannot_have_the_server_open_files(probe, kind):
    extensions = {kind: {}, "http.response.trailers": {}}
    shown = []

    async def guest(scope, receive, send):
        shown.append(scope["extensions"])
        with pytest.raises(RuntimeError, match="cannot send"):
            await send({"type": kind, "path": str(probe.files["a"])})

    exchange = Exchange(extensions=extensions)
    exchange.run(SandboxMiddleware(guest, policy=probe.policies["a"]))
    assert exchange.sent == []
    assert shown == [{"http.response.trailers": {}}]
    assert exchange.scope["extensions"] is extensions


# ---- raising ----


def hostile_errors(probe, ran):
    """Exceptions whose every method tells what it ran under."""

    def note(*_):
        ran.append(probe())
        return "said"

    methods = {"__str__": note, "__repr__": note, "__class__": property(lambda self: ran.append(probe()) or ValueError)}
    methods |= {"args": property(note), "__notes__": property(lambda self: [str(self)]), "with_traceback": note}
    meta = type("Meta", (type,), {"__module__": property(note), "__eq__": note, "__hash__": type.__hash__})
    loud = type("Loud", (Exception,), methods)
    for base in (Exception, ValueError, OSError, BaseException, asyncio.CancelledError, SystemExit):
        yield type("Loud", (base,), methods)()
    yield meta("Strange", (Exception,), methods)()
    yield ValueError(loud())
    yield asyncio.CancelledError(type("Text", (str,), {"__str__": note, "startswith": note})("x"))
    group = type("Group", (ExceptionGroup,), {"split": note, "derive": note, "exceptions": property(note), **methods})
    yield group("x", [loud()])
    yield ExceptionGroup(type("Text", (str,), {"__str__": note, "__format__": note})("x"), [loud()])
    chained = ValueError("x")
    chained.__cause__ = loud()
    yield chained
    noted = ValueError("x")
    noted.__notes__ = [loud()]
    yield noted
    attributed = OSError(2, "x")
    attributed.filename = loud()
    yield attributed


def test_errors_that_servers_log_run_nothing_of_its_own(probe):
    ran = []
    errors = list(hostile_errors(probe, ran))

    async def guest(scope, receive, send):
        raise errors.pop(0)

    middleware = SandboxMiddleware(guest, policy=probe.policies["a"])
    for _ in range(len(errors)):
        exchange = Exchange()
        try:
            middleware(exchange.scope, exchange.receive, exchange.send).send(None)
            pytest.fail("nothing was raised")
        except BaseException as error:
            if type(error) is StopIteration:
                raise
            "".join(traceback.format_exception(error))
            logging.getLogger("nobody").warning("it failed", exc_info=error)
            assert str(error) + repr(error)
            assert type(error).__module__ in ("builtins", "asyncio.exceptions")
    assert errors == []
    assert set(ran) == {"a"}


def test_the_source_of_its_modules_is_not_asked_for(probe):
    """Tracebacks ask the loader in a module's globals for its source: an object of the guest's."""
    ran = []

    class Loader:
        def get_source(self, name):
            ran.append(probe())
            return "x = 1\n" * 9

    names = {"__name__": "guest", "__loader__": Loader()}
    exec(compile("async def guest(scope, receive, send):\n    raise ValueError\n", "guest.py", "exec"), names)
    with pytest.raises(ValueError) as caught:
        Exchange().run(SandboxMiddleware(names["guest"], policy=probe.policies["a"]))
    "".join(traceback.format_exception(caught.value))
    assert "" not in ran


def test_an_error_at_the_limit_of_recursion_gives_nothing_away(probe):
    class Loud(Exception):
        pass

    async def guest(scope, receive, send):
        def deeper():
            try:
                deeper()
            finally:
                raise Loud

        deeper()

    with pytest.raises(RuntimeError) as caught:
        Exchange().run(SandboxMiddleware(guest, policy=probe.policies["a"]))
    assert type(caught.value) in (RuntimeError, RecursionError)
    error = caught.value
    while error is not None:
        assert type(error) is not Loud
        error = error.__context__


def test_a_forged_violation_is_a_plain_one(probe, inside):
    class Text(str):
        pass

    forgers = []

    async def guest(scope, receive, send):
        for text in (Text("x"), "x"):
            details = ["open", "read", text, text, text, "denied", None, None, text]
            with contextlib.suppress(TypeError, ValueError):
                forgers.append(violation(False, tuple(details)))
        raise forgers[0] if forgers else ValueError

    def handler(scope, error):
        for name in ("event", "right", "target", "policy", "rule", "reason", "suggestion"):
            assert type(getattr(error, name)) in (str, type(None)), name
        assert error not in forgers
        return lambda *_: asyncio.sleep(0)

    with contextlib.suppress(ValueError):
        inside(guest, on_violation=handler)


def test_what_it_leaves_in_its_scope_ends_under_its_policy(probe):
    ran = []

    class Loud:
        def __del__(self):
            ran.append(probe())

    async def guest(scope, receive, send):
        scope["state"]["loud"] = Loud()
        if scope["path"] == "/error":
            raise ValueError(Loud())

    Exchange().run(SandboxMiddleware(guest, policy=probe.policies["a"]))
    with pytest.raises(RuntimeError, match="ValueError"):
        Exchange(path="/error").run(SandboxMiddleware(guest, policy=probe.policies["a"]))
    gc.collect()
    assert set(ran) == {"a"}
    assert len(ran) == 3


# ---- not ending ----


def test_one_that_swallows_cancellation_stays_held(probe):
    seen = []

    async def guest(scope, receive, send):
        for _ in range(3):
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                seen.append(probe())

    async def main():
        exchange = Exchange(probe=probe)
        spied = Spy(SandboxMiddleware(guest, policy=probe.policies["a"]), probe)
        task = asyncio.create_task(spied(exchange.scope, exchange.receive, exchange.send))
        for _ in range(3):
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.sleep(0)
            assert probe() == ""
        await task
        assert set(spied.seen) == {""}

    asyncio.run(main())
    assert seen == ["a", "a", "a"]


def test_closing_the_coroutine_of_its_request_frees_nobody(probe):
    seen = []

    async def guest(scope, receive, send):
        outer = asyncio.current_task()

        async def attacker():
            with pytest.raises(ScopeError):
                outer.get_coro().close()
            seen.append(probe())
            await asyncio.sleep(0)
            seen.append(probe())

        attack = asyncio.create_task(attacker())
        try:
            await asyncio.sleep(60)
        finally:
            seen.append(probe())
            seen.append(attack)

    async def main():
        exchange = Exchange()
        middleware = SandboxMiddleware(guest, policy=probe.policies["a"])
        task = asyncio.create_task(middleware(exchange.scope, exchange.receive, exchange.send))
        for _ in range(5):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.gather(*[one for one in seen if isinstance(one, asyncio.Task)])

    asyncio.run(main())
    assert {one for one in seen if isinstance(one, str)} == {"a"}


def test_scopes_that_it_leaves_open_end_with_the_request(probe, hold):
    async def guest(scope, receive, send):
        hold("b").start()

    exchange = Exchange()
    spied = Spy(SandboxMiddleware(guest, policy=probe.policies["a"]), probe)
    exchange.run(spied)
    assert spied.seen == ["", ""]
    assert len(exchange.scope["state"]["sandbox"].left_open) == 1


def test_a_cycle_through_a_middleware_is_collected():
    class App:
        async def __call__(self, scope, receive, send):
            pass

    def make():
        app = App()
        app.stack = SandboxMiddleware(app, policy=Policy())
        app.more = SandboxMiddleware(app, policy=lambda scope: app.stack)

    make()
    gc.collect()
    with sandbox(FREE):
        pass
    assert not [one for one in gc.get_objects() if type(one) is App]
