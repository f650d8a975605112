"""FastAPI: asynchronous `yield` dependencies hold the endpoint, synchronous ones their own body only."""

import asyncio
from typing import Annotated

import httpx
import pytest
from fastapi import Depends, FastAPI


def ask(app, *paths):
    """Ask for each path, all at once; give the answers in order."""

    async def main():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            answers = await asyncio.gather(*(client.get(path) for path in paths))
        return [answer.json() for answer in answers]

    return asyncio.run(main())


@pytest.fixture
def app(probe, hold):
    app = FastAPI()
    app.state.bodies = []

    async def asynchronous(name: str):
        async with hold(name):
            yield name

    async def plain_with(name: str):
        with hold(name):
            yield name

    def synchronous(name: str):
        with hold(name):
            app.state.bodies.append(probe())
            yield name

    @app.get("/async/{name}")
    async def by_async(name: Annotated[str, Depends(asynchronous)]):
        await asyncio.sleep(0)
        return probe()

    @app.get("/with/{name}")
    async def by_with(name: Annotated[str, Depends(plain_with)]):
        await asyncio.sleep(0)
        return probe()

    @app.get("/async-in-thread/{name}")
    def by_thread(name: Annotated[str, Depends(asynchronous)]):
        return probe()

    @app.get("/sync/{name}")
    async def by_sync(name: Annotated[str, Depends(synchronous)]):
        return probe()

    @app.get("/free")
    async def free():
        return probe()

    @app.get("/free-in-thread")
    def free_in_thread():
        return probe()

    @app.get("/decorated")
    @hold("f")
    async def decorated():
        await asyncio.sleep(0)
        return probe()

    return app


def test_an_async_dependency_holds_the_endpoint(app):
    assert ask(app, "/async/a", "/with/b", "/async-in-thread/c") == ["a", "b", "c"]


def test_requests_at_once_each_keep_their_own(probe, app):
    names = "abcde" * 8
    paths = [f"/async/{name}" for name in names] + ["/free", "/free-in-thread"]
    assert ask(app, *paths) == [*names, "", ""]
    assert probe() == ""


def test_worker_threads_first_started_by_a_held_request_hold_nobody_else(app):
    assert ask(app, *[f"/async-in-thread/{name}" for name in "abcabc"]) == list("abcabc")
    assert ask(app, "/free-in-thread", "/async-in-thread/d", "/free-in-thread") == ["", "d", ""]


def test_a_sync_dependency_holds_its_own_body_only(app):
    assert ask(app, "/sync/a", "/free") == ["", ""]
    assert app.state.bodies == ["a"]


def test_a_decorated_endpoint_is_held(app):
    assert ask(app, "/decorated", "/free") == ["f", ""]
