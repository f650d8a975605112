"""SandboxMiddleware under uvicorn, by both loops and both parsers: every request has its own policy and no other."""

import asyncio
import contextlib
import json

import pytest
from endpoints import BIG, routes
from servers import LOOPS_AND_PARSERS, Spy, by_path, running, until
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from fastaudit import Policy
from fastaudit.asgi import SandboxMiddleware


class Common:
    """An application with all of them, in one server for all tests of a kind of server."""

    def __init__(self, probe, how, stack):
        self.probe, self.later = probe, []
        self.spy = Spy(SandboxMiddleware(Starlette(routes=routes(probe, self.later)), policy=by_path(probe)), probe)
        self.port = stack.enter_context(running(self.spy, *how))


@pytest.fixture(scope="module", params=LOOPS_AND_PARSERS, ids="-".join)
def server(request, tmp_path_factory, new_probe):
    with contextlib.ExitStack() as stack:
        yield Common(new_probe(tmp_path_factory.mktemp("probe")), request.param, stack)


@pytest.fixture
def common(server):
    """The common server: wherever its own code ran, nothing was in force."""
    server.later.clear()
    server.spy.seen.clear()
    yield server
    assert server.spy.saw_nothing()


def test_requests_of_one_connection_have_each_their_own(common, connect):
    client = connect(common.port)
    for name in "abzcab":
        assert client.ask(f"{name}/plain") == (200, name.replace("z", "-"))


def test_pipelined_requests_begin_outside_of_the_others(common, connect):
    client = connect(common.port)
    names = "abczabcz" * 3
    client.send(*[f"{name}/plain" for name in names])
    assert [client.answer()[2].decode() for _ in names] == list(names.replace("z", "-"))


def test_long_bodies_leave_nothing_in_the_readers_of_the_connection(common, connect):
    client = connect(common.port)
    for name in "abcz":
        inside = name.replace("z", "")
        assert client.ask(f"{name}/body", method="POST", body=BIG) == (200, f"{inside} 300000 {inside}")
        assert client.ask("z/plain") == (200, "-")


def test_long_bodies_that_nobody_reads_leave_nothing(common, connect):
    client = connect(common.port)
    client.send("a/plain", method="POST", body=BIG)
    assert client.answer()[2] == b"a"
    assert connect(common.port).ask("b/body", method="POST", body=BIG) == (200, "b 300000 b")


def test_endpoints_in_threads_are_held(common, connect):
    client = connect(common.port)
    for name in "abcz" * 2:
        assert client.ask(f"{name}/threaded") == (200, name.replace("z", "-"))


@pytest.mark.parametrize("kind", ["streamed", "streamed_by_thread"])
def test_streamed_responses_are_held_to_their_end(common, connect, kind):
    client = connect(common.port)
    for name in "abz":
        assert client.ask(f"{name}/{kind}") == (200, name.replace("z", "-") * 3)


@pytest.mark.parametrize("kind", ["background", "background_by_thread"])
def test_background_tasks_are_held(common, connect, kind):
    client = connect(common.port)
    for name in "abz":
        assert client.ask(f"{name}/{kind}")[0] == 200
    until(lambda: len(common.later) == 3)
    assert sorted(common.later) == ["", "a", "b"]  # a further request may be served meanwhile


def test_many_at_once_have_each_their_own(common, connect):
    clients = [connect(common.port) for _ in range(12)]
    for _ in range(3):
        for number, client in enumerate(clients):
            client.send(f"{'abcdefz'[number % 7]}/{['plain', 'threaded', 'streamed'][number % 3]}")
        for number, client in enumerate(clients):
            assert client.answer()[2].decode()[0] == "abcdef-"[number % 7]


def test_the_access_log_is_written_with_the_servers_authority(uvicorns, connect, access_log):
    async def endpoint(request):
        return PlainTextResponse("fine")

    app = SandboxMiddleware(Starlette(routes=[Route("/log", endpoint)]), policy=Policy())
    client = connect(uvicorns(app))
    assert client.ask("log") == (200, "fine")
    assert client.ask("log") == (200, "fine")
    until(lambda: access_log.exists() and access_log.read_text().count("/log") == 2)


@pytest.mark.parametrize("order", ["before", "after", "both"])
def test_middlewares_with_tasks_of_their_own_change_nothing(probe, uvicorns, connect, order):
    later = []

    async def nothing(request, call_next):
        return await call_next(request)

    base, ours = Middleware(BaseHTTPMiddleware, dispatch=nothing), Middleware(SandboxMiddleware, policy=by_path(probe))
    orders = {"before": [base, ours], "after": [ours, base], "both": [base, ours, base]}
    app = Starlette(routes=routes(probe, later), middleware=orders[order])
    client = connect(uvicorns(app))
    for kind in ("plain", "streamed", "threaded", "streamed_by_thread", "background"):
        for name in "az":
            assert client.ask(f"{name}/{kind}")[1][:1] == name.replace("z", "-")
    for name in "az":
        inside = name.replace("z", "")
        assert client.ask(f"{name}/body", method="POST", body=BIG) == (200, f"{inside} 300000 {inside}")
    client.send("a/plain", "z/plain", "b/plain")
    assert [client.answer()[2] for _ in range(3)] == [b"a", b"-", b"b"]
    until(lambda: len(later) == 2)
    assert sorted(later) == ["", "a"]


def test_policies_that_await_are_awaited(probe, uvicorns, connect):
    async def choose(scope):
        await asyncio.sleep(0)
        return by_path(probe)(scope)

    app = SandboxMiddleware(Starlette(routes=routes(probe, [])), policy=choose)
    client = connect(uvicorns(app))
    client.send("a/plain", "b/plain", "z/plain")
    assert [client.answer()[2] for _ in range(3)] == [b"a", b"b", b"-"]


def test_lifespan_is_the_hosts(probe, serve, connect):
    seen = []

    async def app(scope, receive, send):
        if scope["type"] == "lifespan":
            for kind in ("startup", "shutdown"):
                assert (await receive())["type"] == f"lifespan.{kind}"
                seen.append((kind, probe()))
                if kind == "startup":
                    scope["state"]["shared"] = 7
                await send({"type": f"lifespan.{kind}.complete"})
        else:
            body = json.dumps([probe(), scope["state"]["shared"]]).encode()
            await send(
                {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]}
            )
            await send({"type": "http.response.body", "body": body})

    client = connect(serve(SandboxMiddleware(app, policy=probe.policies["a"]), lifespan="on"))
    assert client.ask() == (200, '["a", 7]')
    assert seen == [("startup", "")]


def test_clients_that_go_away_leave_nothing(probe, serve, connect):
    ended = []

    async def endless(request):
        async def chunks():
            try:
                while True:
                    yield b"x" * 1000
                    await asyncio.sleep(0.001)
            finally:
                ended.append(probe())

        return StreamingResponse(chunks())

    async def waiting(request):
        while (await request.receive())["type"] != "http.disconnect":
            pass
        ended.append(probe())
        return PlainTextResponse("")

    async def plain(request):
        return PlainTextResponse(probe() or "-")

    inner = Starlette(
        routes=[Route("/a/endless", endless), Route("/b/waiting", waiting), Route("/{name}/plain", plain)]
    )
    app = Spy(SandboxMiddleware(inner, policy=by_path(probe)), probe)
    port = serve(app)
    for number, path in enumerate(["a/endless", "b/waiting"], 1):
        leaver = connect(port)
        leaver.send(path)
        if path == "a/endless":
            leaver.file.read(2000)
        leaver.close()
        until(lambda wanted=number: len(ended) == wanted)
    assert ended == ["a", "b"]
    assert connect(port).ask("z/plain") == (200, "-")
    until(app.saw_nothing)


def test_cancellation_gets_in_and_out(probe, uvicorns, connect):
    ended = []

    async def inner(scope, receive, send):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append(probe())
            raise

    app = Spy(SandboxMiddleware(inner, policy=by_path(probe)), probe)

    async def starts(scope, receive, send):
        task = asyncio.ensure_future(app(scope, receive, send))
        await asyncio.sleep(0.01)
        task.cancel("because")
        try:
            await task
        except asyncio.CancelledError as error:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"7")]})
            await send({"type": "http.response.body", "body": str(error).encode()})

    assert connect(uvicorns(starts)).ask("a") == (200, "because")
    assert ended == ["a"]
    assert app.saw_nothing()
    assert type(app.errors[0]) is asyncio.CancelledError
