"""Django: its middleware, synchronous and asynchronous, and the whole of it in those for WSGI and ASGI."""

import asyncio
import io
import sys

import django
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, StreamingHttpResponse
from django.test import AsyncClient, Client
from django.test.utils import override_settings
from django.urls import path
from endpoints import BIG
from servers import by_path, running

import fastaudit.asgi
import fastaudit.wsgi
from fastaudit import Policy

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=[],
        SECRET_KEY="x",
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
        LOGGING_CONFIG=None,
    )
    django.setup()

MIDDLEWARE = [f"{__name__}.outer", "fastaudit.django.SandboxMiddleware", f"{__name__}.inner"]
seen = {"outer": [], "closed": []}
tell = None  # the probe of the test that runs


def outer(get_response):
    def middleware(request):
        seen["outer"].append(tell())
        response = get_response(request)
        seen["outer"].append(tell())
        return response

    return middleware


def inner(get_response):
    def middleware(request):
        request.inner = tell()
        return get_response(request)

    return middleware


def plain(request, name):
    return HttpResponse(tell() or "-")


def within(request, name):
    return HttpResponse(request.inner or "-")


async def waiting(request, name):
    await asyncio.sleep(0)
    return HttpResponse((tell() or "-") + (await sync_to_async(tell)() or "-"))


def body(request, name):
    return HttpResponse(f"{len(request.body)} {tell()}")


def streamed(request, name):
    def chunks():
        try:
            for _ in range(3):
                yield tell() or "-"
        finally:
            seen["closed"].append(tell())

    return StreamingHttpResponse(chunks())


async def streamed_awaiting(request, name):
    async def chunks():
        for _ in range(3):
            await asyncio.sleep(0)
            yield tell() or "-"

    return StreamingHttpResponse(chunks())


def refused(request, name):
    (file,) = [file for letter, file in tell.files.items() if letter == name]
    file.open()


async def refused_awaiting(request, name):
    refused(request, name)


VIEWS = [plain, within, waiting, body, streamed, streamed_awaiting, refused, refused_awaiting]
urlpatterns = [path(f"<name>/{view.__name__}", view) for view in VIEWS]


def answer(request, violation):
    return HttpResponse(f"{violation.right} {len(request.sandbox.violations)} {tell()}", status=451)


@pytest.fixture
def choose(probe):
    global tell
    tell = probe
    for found in seen.values():
        found.clear()
    free = Policy.unrestricted()
    yield lambda request: probe.policies.get(request.path[1], free)
    assert set(seen["outer"]) <= {""}
    tell = None


class Sync:
    def __init__(self):
        self.client = Client(raise_request_exception=False)

    def ask(self, path, **options):
        response = self.client.generic("POST" if options else "GET", path, **options)
        return response.status_code, (b"".join(response) if response.streaming else response.content).decode()


class Async:
    def __init__(self):
        self.client = AsyncClient(raise_request_exception=False)

    def ask(self, path, **options):
        async def main():
            response = await self.client.generic("POST" if options else "GET", path, **options)
            if not response.streaming:
                return response.status_code, response.content.decode()
            if response.is_async:
                return response.status_code, b"".join([chunk async for chunk in response]).decode()
            return response.status_code, b"".join(response).decode()

        return asyncio.run(main())


@pytest.fixture(params=[Sync, Async])
def client(request, choose):
    with override_settings(MIDDLEWARE=MIDDLEWARE, FASTAUDIT_POLICY=choose):
        yield request.param()


@pytest.mark.parametrize("kind", ["plain", "within"])
def test_views_and_middlewares_within_are_held(client, kind):
    for name in "abz":
        assert client.ask(f"/{name}/{kind}") == (200, name.replace("z", "-"))


def test_asynchronous_views_are_held_and_their_threads(client):
    for name in "abz":
        assert client.ask(f"/{name}/waiting") == (200, name.replace("z", "-") * 2)


def test_bodies_are_read_under_the_policy(client):
    assert client.ask("/a/body", data=BIG) == (200, "300000 a")


def test_streamed_content_is_held_to_its_end(client):
    for name in "abz":
        assert client.ask(f"/{name}/streamed") == (200, name.replace("z", "-") * 3)
    assert seen["closed"] == ["a", "b", ""]


@pytest.mark.parametrize("client", [Async], indirect=True)
def test_streamed_content_that_waits_is_held_to_its_end(client):
    for name in "abz":
        assert client.ask(f"/{name}/streamed_awaiting") == (200, name.replace("z", "-") * 3)


@pytest.mark.parametrize("kind", ["refused", "refused_awaiting"])
def test_a_violation_is_answered_with_403(client, kind):
    assert client.ask(f"/a/{kind}") == (403, "Forbidden")
    with override_settings(FASTAUDIT_ON_VIOLATION=f"{__name__}.answer"):
        client.__init__()
        assert client.ask(f"/a/{kind}") == (451, "read 2 ")  # the first: what the middleware within looked at


def test_mistakes_are_told_when_the_project_starts():
    for wrong in ({}, {"FASTAUDIT_POLICY": Policy}, {"FASTAUDIT_POLICY": Policy(), "FASTAUDIT_ON_VIOLATION": 1}):
        with override_settings(MIDDLEWARE=MIDDLEWARE, **wrong), pytest.raises(TypeError, match="must be a"):
            get_wsgi_application()
    with override_settings(MIDDLEWARE=MIDDLEWARE, FASTAUDIT_POLICY=Policy(), FASTAUDIT_MODE="worn"):
        with pytest.raises(ValueError, match='"warn"'):
            get_wsgi_application()


def test_the_whole_of_django_in_the_middleware_for_asgi(probe, choose, connect):
    with override_settings(MIDDLEWARE=[f"{__name__}.inner"]):
        app = fastaudit.asgi.SandboxMiddleware(get_asgi_application(), policy=by_path(probe))
    with running(app) as port:
        client = connect(port)
        for name in "abz":
            inside = name.replace("z", "-")
            assert client.ask(f"{name}/plain") == (200, inside)
            assert client.ask(f"{name}/waiting") == (200, inside * 2)
            assert client.ask(f"{name}/streamed_awaiting") == (200, inside * 3)
            inside = name.replace("z", "")
            assert client.ask(f"{name}/body", method="POST", body=BIG) == (200, f"300000 {inside}")
        client.close()


def test_the_whole_of_django_in_the_middleware_for_wsgi(probe, choose):
    with override_settings(MIDDLEWARE=[f"{__name__}.inner"]):
        inside = get_wsgi_application()
    app = fastaudit.wsgi.SandboxMiddleware(inside, policy=lambda environ: choose(Path(environ)))
    for name in "abz":
        for kind, times in [("plain", 1), ("within", 1), ("waiting", 2), ("streamed", 3)]:
            environ = {"REQUEST_METHOD": "GET", "PATH_INFO": f"/{name}/{kind}", "wsgi.input": io.BytesIO()}
            environ |= {"SERVER_NAME": "x", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
            result = app(environ, lambda *_: None)
            assert b"".join(result).decode() == name.replace("z", "-") * times
            result.close()
    assert seen["closed"] == ["a", "b", ""]


class Path:
    def __init__(self, environ):
        self.path = environ["PATH_INFO"]


assert __name__ in sys.modules  # Django finds the middlewares and the views by this name
