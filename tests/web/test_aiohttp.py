"""fastaudit.aiohttp.sandbox_middleware under aiohttp's own server."""

import asyncio
import contextlib
import http.client
import threading

import pytest
from aiohttp import ClientSession, WSMsgType, payload, web
from endpoints import BIG
from servers import WAIT, until

from fastaudit import Policy
from fastaudit.aiohttp import BOX, sandbox_middleware


@contextlib.contextmanager
def running(app):
    """Run aiohttp's server in a thread; gives the port."""
    ready, end, loops = [], asyncio.Event(), []

    async def serve():
        loops.append(asyncio.get_running_loop())
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ready.append(runner.addresses[0][1])
        await end.wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        until(lambda: ready)
        yield ready[0]
    finally:
        loops[0].call_soon_threadsafe(end.set)
        thread.join(WAIT)
        assert not thread.is_alive()


@pytest.fixture
def serve():
    with contextlib.ExitStack() as stack:
        yield lambda app: stack.enter_context(running(app))


def by_path(probe):
    free = Policy.unrestricted()
    return lambda request: probe.policies.get(request.path.removeprefix("/")[:1], free)


@pytest.fixture
def later():
    """What methods of the application's objects saw."""
    return []


@pytest.fixture
def app(probe, later):
    """An application with handlers of every kind, and a middleware of the host's around it."""
    seen = []

    @web.middleware
    async def outer(request, handler):
        seen.append(probe())
        try:
            response = await handler(request)
        finally:
            seen.append(probe())
        if not response.prepared:
            response.headers["X-Outer"] = "1"
        return response

    async def plain(request):
        await asyncio.sleep(0)
        response = web.Response(text=probe() or "-", headers={"A": "b"})
        response.set_cookie("c", "d")
        return response

    async def body(request):
        before = probe()
        return web.Response(text=f"{before} {len(await request.read())} {probe()}")

    async def streamed(request):
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(3):
            await response.write((probe() or "-").encode())
            await asyncio.sleep(0)
        return response

    async def made_late(request):
        async def chunks():
            for _ in range(3):
                yield (probe() or "-").encode()

        return web.Response(body=chunks())

    async def threaded(request):
        return web.Response(text=await asyncio.to_thread(probe) or "-")

    async def moved(request):
        raise web.HTTPFound("/elsewhere")

    async def refused(request):
        probe.files["a"].open()

    async def refused_late(request):
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"x")
        probe.files["a"].open()

    async def broken(request):
        raise type("Own", (Exception,), {"__str__": lambda self: later.append(probe()) or "said"})

    class Loud(web.Response):
        async def prepare(self, request):
            later.append(probe())
            return await super().prepare(request)

        async def write_eof(self, *args):
            later.append(probe())
            return await super().write_eof(*args)

        @property
        def body_length(self):
            later.append(probe())
            return 1

        @property
        def prepared(self):
            later.append(probe())
            return True

    async def loud(request):
        response = Loud(text="x")
        response.early = True
        return response

    class Said(payload.BytesPayload):
        @property
        def headers(self):
            later.append(probe())
            return super().headers

    async def said(request):
        return web.Response(body=Said(b"x"))

    async def patched(request):
        async def prepare(request):
            later.append(probe())

        response = web.Response(text="x")
        vars(response)["prepare"] = prepare
        return response

    async def socket(request):
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        async for message in websocket:
            await websocket.send_str(f"{probe()} {len(message.data)}")
        return websocket

    app = web.Application(middlewares=[outer, sandbox_middleware(by_path(probe))], client_max_size=10**7)
    for kind in (
        plain,
        body,
        streamed,
        made_late,
        threaded,
        moved,
        refused,
        refused_late,
        broken,
        loud,
        said,
        patched,
        socket,
    ):
        app.router.add_route("*", f"/{{name}}/{kind.__name__}", kind)
    yield app
    assert set(seen) == {""}
    assert set(later) <= {"a"}


def test_requests_of_one_connection_have_each_their_own(app, serve, connect):
    client = connect(serve(app))
    for name in "abz":
        inside = name.replace("z", "-")
        for kind in ("plain", "threaded"):
            assert client.ask(f"{name}/{kind}") == (200, inside)
        for kind in ("streamed", "made_late"):
            assert client.ask(f"{name}/{kind}") == (200, inside * 3)


def test_pipelined_requests_begin_outside_of_the_others(app, serve, connect):
    client = connect(serve(app))
    names = "abczabcz"
    client.send(*[f"{name}/plain" for name in names])
    assert [client.answer()[2].decode() for _ in names] == list(names.replace("z", "-"))


def test_long_bodies_leave_nothing_in_the_readers_of_the_connection(app, serve, connect):
    client = connect(serve(app))
    for name in "abz":
        inside = name.replace("z", "")
        assert client.ask(f"{name}/body", method="POST", body=BIG) == (200, f"{inside} 300000 {inside}")
        assert client.ask("z/plain") == (200, "-")


def test_what_a_response_says_is_kept(app, serve, connect):
    client = connect(serve(app))
    client.send("a/plain")
    status, headers, _ = client.answer()
    assert (status, headers["a"], headers["set-cookie"], headers["x-outer"]) == (200, "b", "c=d; Path=/", "1")
    assert headers["content-type"] == "text/plain; charset=utf-8"
    client.send("a/moved")
    status, headers, _ = client.answer()
    assert (status, headers["location"]) == (302, "/elsewhere")


def test_violations_and_errors(app, serve, connect):
    port = serve(app)
    assert connect(port).ask("a/refused") == (403, "Forbidden")
    assert connect(port).ask("a/broken")[0] == 500
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)) as connection:
        connection.request("GET", "/a/refused_late")
        with pytest.raises((http.client.IncompleteRead, ConnectionError)):
            connection.getresponse().read()
    assert connect(port).ask("z/plain") == (200, "-")


@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt])
def test_a_handler_cannot_end_the_server(probe, serve, connect, kind):
    async def ends(request):
        raise kind(7)

    async def plain(request):
        return web.Response(text=probe())

    app = web.Application(middlewares=[sandbox_middleware(probe.policies["a"])])
    app.add_routes([web.get("/ends", ends), web.get("/plain", plain)])
    port = serve(app)
    assert connect(port).ask("ends")[0] == 500
    assert connect(port).ask("plain") == (200, "a")


def test_responses_of_its_own_run_nothing_outside(app, later, serve, connect):
    client = connect(serve(app))
    for kind in ("loud", "said", "patched"):
        assert client.ask(f"a/{kind}") == (200, "x")
    assert "a" in later


def test_websockets_are_held_to_their_end(app, serve):
    async def ask(port):
        async with ClientSession() as session:
            answers = []
            for name in "abz":
                async with session.ws_connect(f"http://127.0.0.1:{port}/{name}/socket") as websocket:
                    for size in (1, 300_000):
                        await websocket.send_str("x" * size)
                        message = await websocket.receive()
                        assert message.type == WSMsgType.TEXT
                        answers.append(message.data)
            return answers

    assert asyncio.run(ask(serve(app))) == ["a 1", "a 300000", "b 1", "b 300000", " 1", " 300000"]


def test_a_handler_of_ones_own_answers_outside_of_the_policy(probe, hold, serve, connect):
    async def choose(request):
        return probe.policies["a"]

    async def answer(request, violation):
        boxed = len(request[BOX].violations)
        return web.Response(text=f"{violation.right} {boxed} {probe()}", status=451)

    async def refused(request):
        (file,) = [probe.files[name] for name in request.path[1:]]
        file.open()

    with hold("b"):
        inside = sandbox_middleware(choose, on_violation=answer)
    app = web.Application(middlewares=[inside])
    app.router.add_get("/{name}", refused)
    port = serve(app)
    assert connect(port).ask("a") == (451, "read 1 b")
    assert connect(port).ask("b") == (451, "read 0 b")  # refused by the scope around


def test_mistakes_are_told_at_once():
    for policy in (None, Policy, 7):
        with pytest.raises(TypeError, match="policy must be a Policy, or a function"):
            sandbox_middleware(policy)
    with pytest.raises(TypeError, match="on_violation must be"):
        sandbox_middleware(Policy(), on_violation=1)
