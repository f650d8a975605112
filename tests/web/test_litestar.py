"""SandboxMiddleware in and around Litestar."""

import pytest
from servers import by_path

from fastaudit import Violation
from fastaudit.asgi import SandboxMiddleware

pytest.importorskip("litestar", reason="litestar cannot be obtained for this Python")
from litestar import Litestar, Response, WebSocket, get, post, websocket
from litestar.background_tasks import BackgroundTask
from litestar.di import Provide
from litestar.middleware import DefineMiddleware
from litestar.response import Stream
from litestar.testing import TestClient


@pytest.fixture(params=["within", "around"])
def client(request, probe, hold):
    """Ask an application that has the middleware as one of its own, and one that has it around."""
    later = []

    async def provided() -> str:
        return probe()

    @get("/{name:str}/plain", dependencies={"before": Provide(provided)})
    async def plain(before: str) -> list[str]:
        return [before, probe()]

    @get("/{name:str}/threaded", sync_to_thread=True)
    def threaded() -> Response[str]:
        return Response(probe(), background=BackgroundTask(lambda: later.append(probe())))

    @get("/{name:str}/streamed")
    async def streamed() -> Stream:
        async def chunks():
            for _ in range(3):
                yield probe() or "-"

        return Stream(chunks())

    @post("/{name:str}/body")
    async def body(body: bytes) -> str:
        return f"{len(body)} {probe()}"

    @get("/{name:str}/refused")
    async def refused(name: str) -> None:
        probe.files[name].open()

    @get("/{name:str}/decorated")
    @hold("c")
    async def decorated(name: str) -> str:
        return probe() + name

    @websocket("/{name:str}/socket")
    async def socket(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(probe())
        await socket.close()

    own = DefineMiddleware(SandboxMiddleware, policy=by_path(probe))
    app = Litestar(
        [plain, threaded, streamed, body, refused, decorated, socket],
        middleware=[own] if request.param == "within" else [],
        exception_handlers={Violation: lambda request, violation: Response(violation.right, status_code=403)},
    )
    whole = app if request.param == "within" else SandboxMiddleware(app, policy=by_path(probe))
    with TestClient(whole) as client:
        client.later = later
        yield client


def test_each_request_of_litestar_has_its_own_policy(client):
    for name in "abz":
        inside = name.replace("z", "")
        assert client.get(f"/{name}/plain").json() == [inside, inside]
        assert client.get(f"/{name}/threaded").text == inside
        assert client.get(f"/{name}/streamed").text == (inside or "-") * 3
        assert client.post(f"/{name}/body", content=b"x" * 300_000).text == f"300000 {inside}"
        with client.websocket_connect(f"/{name}/socket") as connection:
            assert connection.receive_text() == inside
    assert client.later == ["a", "b", ""]


def test_a_handler_of_litestars_answers_violations(client):
    answer = client.get("/a/refused")
    assert (answer.status_code, answer.text) == (403, "read")


def test_a_decorated_handler_of_litestars_is_held(client):
    assert client.get("/z/decorated").text == "cz"
    assert client.get("/a/decorated").text == "aca"
