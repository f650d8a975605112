"""A round of what the middlewares for web servers do, for leaks.py."""

import asyncio
import contextlib

from aiohttp import web

from fastaudit import _core, sandbox, wsgi
from fastaudit.aiohttp import sandbox_middleware
from fastaudit.asgi import SandboxMiddleware


def asgi_round(policy, refused, attempt, run):
    """Serve requests that end in every way, by middlewares made outside and inside of a scope."""

    async def receive():
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        await asyncio.sleep(0)

    async def app(scope, receive, send):
        await receive()
        if scope["path"] == "/refused":
            refused()
        if scope["path"] == "/error":
            raise type("Own", (Exception,), {})("x") from ValueError(scope)
        if scope["path"] == "/waits":
            await asyncio.sleep(60)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    async def answer(scope, receive, send):
        await send({"type": f"{prefix[scope['type']]}http.response.start", "status": 403, "headers": []})

    prefix = {"http": "", "websocket": "websocket."}

    async def ask(middleware):
        for kind in ("http", "websocket"):
            for path in ("/", "/refused", "/error", "/waits"):
                task = asyncio.create_task(middleware({"type": kind, "path": path, "headers": []}, receive, send))
                for _ in range(20):
                    await asyncio.sleep(0)
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, RuntimeError):
                    await task

    async def sends(scope, receive, send):
        for message in (5, {}, {"type": "no"}, {"type": "http.response.body", "body": object(), "more": (1, [2])}):
            with contextlib.suppress(TypeError, KeyError, RuntimeError):
                await send(message)
        waits = receive()
        waits.send(None)
        await send({"type": "http.response.start", "extra": {1: [(b"a", 2)]}})
        for move in (waits.close, lambda: waits.send(None), lambda: receive().throw(KeyError), send):
            attempt(move)
        receive().close()

    attempt(_core.copy_scope, 5)
    attempt(_core.begun, 5)
    attempt(_core.exchange, 5, 5, 5, True)
    run(ask(SandboxMiddleware(sends, policy=policy)))
    attempt(SandboxMiddleware, app, policy=None, mode="no")
    run(ask(SandboxMiddleware(app, policy=policy)))
    with sandbox(policy):
        made = SandboxMiddleware(app, policy=lambda scope: policy, on_violation=lambda scope, violation: answer)
    run(ask(made))


def wsgi_round(policy, refused, attempt):
    """The same for WSGI: responses that end, that are closed half way, and that are dropped."""

    def app(environ, start_response):
        start_response("200 OK", [("A", "b")])(b"x")
        if environ["PATH_INFO"] == "/error":
            raise type("Own", (Exception,), {})("x") from ValueError(environ)
        yield b"x"
        yield b"y"

    def refuses(environ, start_response):
        refused()

    def start(status, headers, error=None):
        return lambda data: None

    def serve(middleware):
        attempt(list, middleware({"PATH_INFO": "/"}, start))
        attempt(list, middleware({"PATH_INFO": "/error"}, start))
        half = middleware({"PATH_INFO": "/"}, start)
        attempt(next, half)
        if hasattr(half, "close"):
            half.close()
        attempt(next, iter(middleware({"PATH_INFO": "/"}, start)))

    attempt(wsgi.SandboxMiddleware, app, policy=policy, mode="no")
    serve(wsgi.SandboxMiddleware(app, policy=policy))
    serve(wsgi.SandboxMiddleware(refuses, policy=policy))
    with sandbox(policy):
        made = wsgi.SandboxMiddleware(refuses, policy=lambda _: policy, on_violation=lambda environ, violation: app)
    serve(made)


def aiohttp_round(policy, refused, attempt, run):
    """The same for aiohttp's middleware: responses given, sent inside and raised."""

    class Request(dict):
        class writer:
            output_size = 0

    class Sent(web.StreamResponse):
        async def prepare(self, request):
            pass

        async def write_eof(self, data=b""):
            pass

    async def whole(request):
        return web.Response(text="x", headers={"A": "b"})

    async def streamed(request):
        return Sent()

    async def moved(request):
        raise web.HTTPFound("/x")

    async def broken(request):
        raise type("Own", (Exception,), {})("x")

    async def refuses(request):
        refused()

    async def ask(middleware):
        for handler in (whole, streamed, moved, broken, refuses):
            with contextlib.suppress(RuntimeError):
                await middleware(Request(), handler)

    attempt(sandbox_middleware, policy, mode="no")
    run(ask(sandbox_middleware(policy)))
    with sandbox(policy):
        made = sandbox_middleware(lambda request: policy, on_violation=lambda request, violation: web.Response())
    run(ask(made))


def web_rounds(policy, refused, attempt, run):
    asgi_round(policy, refused, attempt, run)
    wsgi_round(policy, refused, attempt)
    aiohttp_round(policy, refused, attempt, run)
