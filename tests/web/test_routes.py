"""A policy for each route: ``@sandbox(policy)`` on endpoints of Starlette and FastAPI."""

import asyncio
import inspect
from typing import Annotated

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, WebSocket
from fastapi.testclient import TestClient
from servers import Spy
from starlette.applications import Starlette
from starlette.endpoints import HTTPEndpoint
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from fastaudit import Policy, sandbox
from fastaudit.asgi import SandboxMiddleware


@pytest.fixture
def fast(probe, hold):
    """An application of FastAPI's whose routes have their own policies, and one that has none."""
    app = FastAPI()
    app.state.later = []

    @app.get("/async/{number}")
    @hold("a")
    async def asynchronous(number: int, word: str = "x", sized: Annotated[int, Depends(lambda: 7)] = 0) -> dict:
        """Tell."""
        await asyncio.sleep(0)
        return {"seen": probe(), "number": number, "word": word, "sized": sized}

    @app.get("/thread/{number}")
    @hold("b")
    def threaded(number: int) -> dict:
        return {"seen": probe(), "number": number}

    @app.get("/background")
    @hold("c")
    async def background(tasks: BackgroundTasks) -> str:
        tasks.add_task(lambda: app.state.later.append(probe()))
        return probe()

    @app.websocket("/socket")
    @hold("d")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        for _ in range(2):
            await websocket.receive_text()
            await websocket.send_text(probe())
        await websocket.close()

    @app.get("/free")
    async def free() -> str:
        return probe()

    return app


@pytest.fixture(params=["bare", "none", "policy"])
def client(request, fast, probe):
    """Ask it with no middleware, with one that has no policy, and with one that has."""
    app = fast
    fast.state.around = ""
    if request.param != "bare":
        policy = None if request.param == "none" else probe.policies["f"]
        fast.state.around = "" if request.param == "none" else "f"
        app = Spy(SandboxMiddleware(fast, policy=policy), probe)
    with TestClient(app) as client:
        yield client
    if app is not fast:
        assert app.saw_nothing()


def test_a_decorated_endpoint_has_its_policy_and_its_signature(client, fast):
    around = fast.state.around
    assert client.get("/async/5?word=y").json() == {"seen": f"a{around}", "number": 5, "word": "y", "sized": 7}
    assert client.get("/async/no").status_code == 422
    assert client.get("/thread/6").json() == {"seen": f"b{around}", "number": 6}
    assert client.get("/free").json() == around
    described = fast.openapi()["paths"]["/async/{number}"]["get"]
    assert (described["description"], len(described["parameters"])) == ("Tell.", 2)


def test_a_decorated_websocket_endpoint_is_held(client, fast):
    with client.websocket_connect("/socket") as websocket:
        for _ in range(2):
            websocket.send_text("x")
            assert "".join(sorted(websocket.receive_text())) == f"d{fast.state.around}"
    assert client.get("/free").json() == fast.state.around


def test_background_tasks_run_after_the_endpoint_and_its_policy(client, fast):
    """What holds them is a policy for the request: the middleware's."""
    assert client.get("/background").json() == f"c{fast.state.around}"
    assert fast.state.later == [fast.state.around]


@pytest.mark.parametrize("policy", [None, Policy.unrestricted()], ids=["none", "policy"])
def test_a_refusal_in_a_decorated_endpoint_is_answered_by_a_middleware(probe, hold, policy):
    @hold("a")
    async def endpoint(request):
        if request.url.path == "/error":
            raise LookupError
        probe.files["a"].open()

    app = Starlette(routes=[Route("/", endpoint), Route("/error", endpoint)])
    with TestClient(app) as client, pytest.raises(PermissionError):
        client.get("/")
    app = Starlette(routes=app.routes)
    app.add_middleware(SandboxMiddleware, policy=policy)
    with TestClient(app) as client:
        answer = client.get("/")
        with pytest.raises(LookupError):
            client.get("/error")
    assert (answer.status_code, answer.text) == (403, "Forbidden")


def test_endpoints_in_classes_are_decorated_by_method(probe, hold):
    class Endpoint(HTTPEndpoint):
        @hold("a")
        async def get(self, request):
            return PlainTextResponse(probe())

        @hold("b")
        def post(self, request):
            return PlainTextResponse(probe())

    with TestClient(Starlette(routes=[Route("/", Endpoint)])) as client:
        assert [client.get("/").text, client.post("/").text] == ["a", "b"]


def test_a_decorated_generator_of_a_stream_is_held(probe, hold):
    @hold("a")
    async def chunks():
        for _ in range(3):
            await asyncio.sleep(0)
            yield probe()

    @hold("b")
    def chunks_by_thread():
        for _ in range(3):
            yield probe()

    async def endpoint(request):
        return StreamingResponse(chunks() if request.url.path == "/a" else chunks_by_thread())

    with TestClient(Starlette(routes=[Route("/a", endpoint), Route("/b", endpoint)])) as client:
        assert [client.get("/a").text, client.get("/b").text] == ["aaa", "bbb"]


def test_decorated_endpoints_stay_functions_of_their_kind():
    @sandbox(Policy())
    async def asynchronous(number: int):
        pass

    @sandbox(Policy())
    def synchronous(number: int):
        pass

    assert inspect.iscoroutinefunction(asynchronous)
    assert not inspect.iscoroutinefunction(synchronous)
    assert str(inspect.signature(asynchronous)) == str(inspect.signature(synchronous)) == "(number: int)"
