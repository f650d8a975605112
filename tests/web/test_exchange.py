"""A server's receive and send, as a request has them: one call, its context, and whose authority it runs with."""

import asyncio
import contextvars
import gc
import inspect
import sysconfig
import types
import warnings
import weakref

import pytest

from fastaudit import current, trusted
from fastaudit.asgi import SandboxMiddleware

VARIABLE = contextvars.ContextVar("VARIABLE", default=None)
START = {"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]}
BODY = {"type": "http.response.body", "body": b"x"}


async def request(app, receive, send, policy, kind="http"):
    """Serve one request by these functions of a server."""
    served = SandboxMiddleware(app, policy=policy)({"type": kind, "path": "/", "headers": []}, receive, send)
    await asyncio.wait_for(asyncio.create_task(served), 20)  # in a context of its own, as servers do


async def nothing():
    return {"type": "http.disconnect"}


async def ignore(message):
    return None


def test_calls_run_with_nothing_in_force_and_answers_run_under_the_policy(probe):
    seen = []

    async def receive():
        seen.append(probe())
        await asyncio.sleep(0)
        return {"type": "http.request", "seen": probe()}

    async def send(message):
        seen.append((message, probe()))
        await asyncio.sleep(0)
        seen.append(probe())

    async def app(scope, receive, send):
        assert await receive() == {"type": "http.request", "seen": ""}
        assert probe() == "a"
        assert await send(START) is None
        await send(message=BODY)
        assert probe() == "a"

    asyncio.run(request(app, receive, send, probe.policies["a"]))
    assert seen == ["", (START, ""), "", (BODY, ""), ""]


def test_a_middleware_called_in_a_scope_leaves_its_server_that_scope(probe, hold):
    async def send(message):
        seen.append(probe())
        await asyncio.sleep(0)
        seen.append(probe())

    async def app(scope, receive, send):
        await send(START)
        assert probe() == "ab"

    async def main():
        with hold("b"):
            await request(app, nothing, send, probe.policies["a"])

    seen = []
    asyncio.run(main())
    assert seen == ["b", "b"]


def test_what_the_server_sets_it_finds_in_the_next_call_of_this_request_and_nobody_else_does(probe):
    async def send(message):
        seen.append(VARIABLE.get())
        VARIABLE.set(message["type"])

    async def app(scope, receive, send):
        VARIABLE.set("a request's")
        await send(START)
        await send(BODY)
        assert VARIABLE.get() == "a request's"

    async def main():
        for _ in range(2):
            await request(app, nothing, send, probe.policies["a"])
        assert VARIABLE.get() is None

    seen = []
    asyncio.run(main())
    assert seen == [None, START["type"]] * 2


def test_calls_at_once_have_a_context_each(probe):
    async def receive():
        VARIABLE.set("receives")
        begun.set()
        await sent.wait()
        seen.append((VARIABLE.get(), probe()))
        return {"type": "http.request"}

    async def send(message):
        seen.append((VARIABLE.get(), probe()))
        VARIABLE.set("sends")
        await asyncio.sleep(0)
        seen.append((VARIABLE.get(), probe()))

    async def app(scope, receive, send):
        receiving = asyncio.create_task(receive())
        await begun.wait()
        await asyncio.gather(send(START), send(BODY))
        sent.set()
        await receiving
        assert probe() == "a"

    async def main():
        nonlocal begun, sent
        begun, sent = asyncio.Event(), asyncio.Event()
        await request(app, receive, send, probe.policies["a"])

    seen, begun, sent = [], None, None
    asyncio.run(main())
    assert seen == [(None, ""), (None, ""), ("sends", ""), ("sends", ""), ("receives", "")]


def test_what_a_call_has_open_stays_its_own_while_it_waits(probe, hold):
    async def receive():
        with hold("b"):
            await asyncio.sleep(0)
            seen.append(probe())
            await asyncio.sleep(0)
        seen.append(probe())
        return {"type": "http.request"}

    async def send(message):
        seen.append(probe())

    async def app(scope, receive, send):
        receiving = asyncio.create_task(receive())
        await asyncio.sleep(0)
        await send(START)
        assert probe() == "a"
        await receiving
        await send(BODY)

    seen = []
    asyncio.run(request(app, receive, send, probe.policies["a"]))
    assert seen == ["", "b", "", ""]


def test_what_a_call_leaves_open_is_not_in_force_in_the_next(probe, hold):
    async def send(message):
        seen.append(probe())
        hold("b").start()
        seen.append(probe())

    async def app(scope, receive, send):
        for _ in range(3):
            await send(BODY)
            assert probe() == "a"

    seen = []
    asyncio.run(request(app, nothing, send, probe.policies["a"]))
    assert seen == ["", "b"] * 3


def test_what_the_server_starts_in_a_call_carries_nothing(probe):
    async def send(message):
        tasks.append(asyncio.create_task(later()))
        asyncio.get_running_loop().call_soon(lambda: seen.append((probe(), current())))

    async def later():
        await asyncio.sleep(0)
        seen.append((probe(), current()))

    async def app(scope, receive, send):
        await send(START)
        await send(BODY)
        await asyncio.sleep(0.01)

    seen, tasks = [], []
    asyncio.run(request(app, nothing, send, probe.policies["a"]))
    assert seen == [("", None)] * 4


def test_nothing_of_a_call_runs_before_it_is_awaited(probe):
    async def send(message):
        sent.append(message)

    async def app(scope, receive, send):
        message = dict(BODY)
        call = send(message)
        message["body"] = b"y"
        assert sent == []
        await call
        assert sent == [{**BODY, "body": b"y"}]
        with pytest.raises(RuntimeError, match="already awaited"):
            await call
        call = send(BODY)
        call.close()
        with pytest.raises(RuntimeError, match="already awaited"):
            await call
        with pytest.raises(KeyError):
            send(BODY).throw(KeyError())
        with pytest.raises(TypeError, match="nothing can be sent"):
            send(BODY).send(1)

    sent = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the last one, never stepped
        asyncio.run(request(app, nothing, send, probe.policies["a"]))
    assert len(sent) == 1


def test_a_call_that_nobody_awaits_is_told_of(probe):
    async def app(scope, receive, send):
        with pytest.warns(RuntimeWarning, match="'send' of the server was never awaited"):
            send(BODY)
            gc.collect()
        with pytest.warns(RuntimeWarning, match="'receive' of the server was never awaited"):
            receive()
            gc.collect()

    asyncio.run(request(app, nothing, ignore, probe.policies["a"]))


def test_the_two_look_like_coroutine_functions_and_give_coroutines(probe):
    async def app(scope, receive, send):
        for each in (receive, send):
            assert asyncio.iscoroutinefunction(each)
        assert await asyncio.create_task(receive()) == await nothing()
        call = receive()
        assert asyncio.iscoroutine(call)
        assert inspect.isawaitable(call)
        await call
        for wrong in (lambda: send(), lambda: send(1, 2), lambda: receive(1), lambda: send(text=1)):
            with pytest.raises(TypeError, match="takes"):
                wrong()

    asyncio.run(request(app, nothing, ignore, probe.policies["a"]))


@pytest.mark.parametrize(
    ("message", "error", "match"),
    [
        (5, TypeError, "a message is a dict, not int"),
        ({}, KeyError, "type"),
        ({"type": "http.response.pathsend", "path": "/"}, RuntimeError, "cannot send 'http.response.pathsend'"),
        ({"type": ["http.response.body"]}, RuntimeError, "cannot send"),
        ({"type": "http.response.body", "body": object()}, TypeError, r"argument 1\['body'\] is not made of plain"),
    ],
)
def test_what_is_no_message_is_not_sent(probe, message, error, match):
    async def app(scope, receive, send):
        with pytest.raises(error, match=match):
            await send(message)
        await send(START)

    async def send(message):
        sent.append(message)

    sent = []
    asyncio.run(request(app, nothing, send, probe.policies["a"]))
    assert sent == [START]


def test_a_cancelled_call_ends_with_the_authority_of_the_server(probe):
    class Mine(str):
        def __str__(self):
            raise AssertionError

    async def receive():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            seen.append((probe(), [type(each) for each in error.args]))
            await asyncio.sleep(0)
            seen.append(probe())
            raise

    async def app(scope, receive, send):
        task = asyncio.create_task(receive())
        await asyncio.sleep(0)
        task.cancel(Mine("x"))
        with pytest.raises(asyncio.CancelledError):
            await task
        assert probe() == "a"
        await send(START)

    async def send(message):
        seen.append(probe())

    seen = []
    asyncio.run(request(app, receive, send, probe.policies["a"]))
    assert seen == [("", [str]), "", ""]


def test_an_error_whose_making_steps_the_call_does_not_get_in(probe):
    class Own(ValueError):
        def __init__(self):
            calls[0].send(None)

    @types.coroutine
    def wait():
        yield

    async def receive():
        try:
            await wait()
        except Exception as error:
            seen.append((type(error), probe()))

    async def app(scope, receive, send):
        calls.append(receive())
        with pytest.raises(StopIteration):
            calls[0].throw(Own)
        assert probe() == "a"

    seen, calls = [], []
    asyncio.run(request(app, receive, ignore, probe.policies["a"]))
    assert seen == [(RuntimeError, "")]


def test_the_last_reference_to_a_request_frees_it(probe):
    class Server:
        async def send(self, message):
            self.kept = message

    async def app(scope, receive, send):
        keep.extend([send(BODY), send, receive()])
        await keep[0]
        asyncio.create_task(keep.pop()).cancel()

    async def main():
        server = Server()
        reference = weakref.ref(server)
        await request(app, nothing, server.send, probe.policies["a"])
        del server
        keep.clear()
        await asyncio.sleep(0)
        gc.collect()
        assert reference() is None

    keep = []
    asyncio.run(main())


class Server:
    """Its send is one function for all requests, as a server's is, and in anybody's reach."""

    def __init__(self, seen):
        self.seen = seen

    async def send(self, message):
        self.seen.append(("its own", current()))


async def other(self, message):
    self.seen.append(("another's", current()))


def test_a_servers_function_that_a_request_changes_is_for_that_request_what_it_was(probe):
    @trusted
    def change():
        Server.send.__code__ = other.__code__

    async def app(scope, receive, send):
        await send(START)
        change()
        await send(BODY)

    seen, before = [], Server.send.__code__
    try:
        for _ in range(2):
            asyncio.run(request(app, nothing, Server(seen).send, probe.policies["a"]))
    finally:
        Server.send.__code__ = before
    assert seen == [("its own", None)] * 2 + [("another's", None)] * 2


def test_a_servers_function_that_its_host_changes_is_the_next_requests(probe):
    async def app(scope, receive, send):
        await send(START)

    seen, before = [], Server.send.__code__
    asyncio.run(request(app, nothing, Server(seen).send, probe.policies["a"]))
    try:
        Server.send.__code__ = other.__code__
        asyncio.run(request(app, nothing, Server(seen).send, probe.policies["a"]))
    finally:
        Server.send.__code__ = before
    asyncio.run(request(app, nothing, Server(seen).send, probe.policies["a"]))
    assert seen == [("its own", None), ("another's", None), ("its own", None)]


class Kept:
    """Something of one request."""


def closing(kept):
    async def send(message):
        assert kept is not None

    return send


def with_a_default(kept):
    async def send(message, kept=kept):
        assert kept is not None

    return send


def with_a_keyword(kept):
    async def send(message, *, kept=kept):
        assert kept is not None

    return send


def with_globals(kept):
    return types.FunctionType(nothing_sent.__code__, {"kept": kept}, "send")


async def nothing_sent(message):
    return None


HOLDING = [closing, with_a_default, with_a_keyword]
if not sysconfig.get_config_var("Py_GIL_DISABLED"):  # 3.13 makes functions immortal there, and what they refer to
    HOLDING.append(with_globals)


@pytest.mark.parametrize("function", HOLDING)
def test_functions_that_hold_something_of_a_request_are_kept_for_nobody(probe, function):
    async def app(scope, receive, send):
        await send(START)

    kept = Kept()
    gone = weakref.ref(kept)
    asyncio.run(request(app, nothing, function(kept), probe.policies["a"]))
    del kept
    gc.collect()
    assert gone() is None
