"""SandboxMiddleware in FastAPI and Litestar, as their users add it."""

from typing import Annotated

import pytest
from fastapi import BackgroundTasks, Depends, FastAPI, Request, UploadFile, WebSocket
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient
from servers import by_path

from fastaudit import Violation
from fastaudit.asgi import SandboxMiddleware


@pytest.fixture
def fast(probe):
    """An application of FastAPI's with dependencies of every kind."""
    app = FastAPI()
    app.add_middleware(SandboxMiddleware, policy=by_path(probe))
    app.state.seen = []

    async def asynchronous():
        yield probe()
        app.state.seen.append(probe())

    def threaded():
        yield probe()
        app.state.seen.append(probe())

    @app.get("/{name}/depends")
    def depends(one: Annotated[str, Depends(asynchronous)], other: Annotated[str, Depends(threaded)]) -> list[str]:
        return [one, other, probe()]

    @app.post("/{name}/upload")
    async def upload(file: UploadFile, tasks: BackgroundTasks) -> list:
        tasks.add_task(lambda: app.state.seen.append(probe()))
        return [len(await file.read()), probe()]

    @app.get("/{name}/refused")
    def refused(name: str):
        probe.files[name].open()

    @app.get("/{name}/box")
    def box(name: str, request: Request) -> list:
        probe()
        return [violation.target[-1] for violation in request.state.sandbox.violations]

    @app.websocket("/{name}/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text(probe())
        await websocket.close()

    return app


def test_dependencies_of_fastapi_are_held(fast):
    with TestClient(fast) as client:
        assert client.get("/a/depends").json() == ["a", "a", "a"]
        assert client.get("/z/depends").json() == ["", "", ""]
    assert sorted(fast.state.seen) == ["", "", "a", "a"]


def test_uploads_and_background_tasks_of_fastapi_are_held(fast):
    with TestClient(fast) as client:
        for name in "ab":
            answer = client.post(f"/{name}/upload", files={"file": b"x" * 300_000})
            assert answer.json() == [300_000, name]
    assert fast.state.seen == ["a", "b"]


def test_refusals_and_records_in_fastapi(fast):
    with TestClient(fast) as client:
        assert client.get("/a/refused").status_code == 403
        assert client.get("/a/box").json() == ["a"]
        with client.websocket_connect("/b/socket") as websocket:
            assert websocket.receive_text() == "b"


def test_a_handler_of_fastapis_own_comes_first(fast):
    @fast.exception_handler(Violation)
    async def handler(request, violation):
        return PlainTextResponse(violation.right, 418)

    with TestClient(fast) as client:
        answer = client.get("/a/refused")
    assert (answer.status_code, answer.text) == (418, "read")
