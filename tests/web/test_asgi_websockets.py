"""SandboxMiddleware and websockets, under uvicorn by each of its implementations."""

import contextlib
import socket

import pytest
from servers import LOOPS, Spy, by_path, running, until
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as open_websocket

from fastaudit.asgi import SandboxMiddleware

KINDS = [(loop, kind) for loop in LOOPS for kind in ("websockets-sansio", "wsproto")]


def application(probe, ended):
    async def echo(websocket):
        await websocket.accept()
        try:
            while True:
                text = await websocket.receive_text()
                await websocket.send_text(f"{probe()} {len(text)}")
        finally:
            ended.append(probe())

    async def oversteps(websocket):
        await websocket.accept()
        probe.files[websocket.path_params["name"]].open()

    async def never(websocket):
        probe.files[websocket.path_params["name"]].open()

    async def plain(request):
        return PlainTextResponse(probe() or "-")

    sockets = [WebSocketRoute(f"/{{name}}/{kind.__name__}", kind) for kind in (echo, oversteps, never)]
    return Starlette(routes=[*sockets, Route("/{name}/plain", plain)])


class Common:
    def __init__(self, probe, how, stack):
        self.ended = []
        app = SandboxMiddleware(application(probe, self.ended), policy=by_path(probe))
        self.spy = Spy(app, probe)
        self.port = stack.enter_context(running(self.spy, how[0], ws=how[1]))

    def open(self, path):
        return open_websocket(f"ws://127.0.0.1:{self.port}/{path}", compression=None)


@pytest.fixture(scope="module", params=KINDS, ids="-".join)
def server(request, tmp_path_factory, new_probe):
    with contextlib.ExitStack() as stack:
        yield Common(new_probe(tmp_path_factory.mktemp("probe")), request.param, stack)


@pytest.fixture
def common(server):
    """The common server: wherever its own code ran, nothing was in force."""
    server.ended.clear()
    server.spy.seen.clear()
    yield server
    assert server.spy.saw_nothing()


def test_each_websocket_has_its_own_policy_to_its_end(common):
    with common.open("a/echo") as one, common.open("b/echo") as other, common.open("z/echo") as free:
        for _ in range(3):
            for websocket, inside in [(one, "a"), (other, "b"), (free, "")]:
                websocket.send("x")
                assert websocket.recv() == f"{inside} 1"
    until(lambda: len(common.ended) == 3)
    assert sorted(common.ended) == ["", "a", "b"]


def test_long_messages_are_held_like_short_ones(common):
    with common.open("a/echo") as websocket:
        for size in (300_000, 1, 300_000):
            websocket.send("x" * size)
            assert websocket.recv() == f"a {size}"


def test_a_client_that_goes_away_leaves_nothing(common, connect):
    with common.open("a/echo") as client:
        client.send("x")
        assert client.recv() == "a 1"
        client.socket.shutdown(socket.SHUT_RDWR)
    until(lambda: common.ended == ["a"])
    assert connect(common.port).ask("z/plain") == (200, "-")


def test_a_violation_closes_with_1008(common):
    with common.open("a/oversteps") as websocket, pytest.raises(ConnectionClosed):
        websocket.recv()
    assert websocket.close_code == 1008


def test_a_violation_before_the_websocket_is_accepted_denies_it(common):
    with pytest.raises(InvalidStatus) as caught, common.open("a/never"):
        pass
    assert caught.value.response.status_code == 403
    assert caught.value.response.body in (b"Forbidden", b"")
