"""Endpoints of every kind, of Starlette's, that answer with what is in force."""

import asyncio

from starlette.background import BackgroundTask
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

BIG = b"x" * 300_000


def routes(probe, later):
    """Endpoints of every kind, that answer with what is in force."""

    async def plain(request):
        await asyncio.sleep(0)
        return PlainTextResponse(probe() or "-")

    async def body(request):
        before = probe()
        size = len(await request.body())
        return PlainTextResponse(f"{before} {size} {probe()}")

    def threaded(request):
        return PlainTextResponse(probe() or "-")

    async def streamed(request):
        async def chunks():
            for _ in range(3):
                await asyncio.sleep(0)
                yield probe() or "-"

        return StreamingResponse(chunks())

    async def streamed_by_thread(request):
        return StreamingResponse(probe() or "-" for _ in range(3))

    async def background(request):
        async def task():
            await asyncio.sleep(0)
            later.append(probe())

        return PlainTextResponse(probe() or "-", background=BackgroundTask(task))

    async def background_by_thread(request):
        return PlainTextResponse(probe() or "-", background=BackgroundTask(lambda: later.append(probe())))

    kinds = [plain, body, threaded, streamed, streamed_by_thread, background, background_by_thread]
    return [Route(f"/{{name}}/{kind.__name__}", kind, methods=["GET", "POST"]) for kind in kinds]
