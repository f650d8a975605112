"""The server that bench_requests.py asks: one process of uvicorn, on loopback, with and without the middleware."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any

import uvicorn

from fastaudit import Policy
from fastaudit.asgi import SandboxMiddleware

PAGE = os.sysconf("SC_PAGE_SIZE")
ANSWER = [(b"content-type", b"application/json")]
KEPT = 8  # policies that are made once; others are made for their request


def resident() -> int:
    """Bytes of memory that the process has."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


class Tenants:
    """The endpoints: /json/N, /proof/N and /stream/N, of tenant N, whose file is all that its policy lets be read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened = asyncio.Event()
        self.waiting = 0
        self.kept = [self.policy(str(tenant)) for tenant in range(KEPT)]

    def file(self, tenant: str) -> str:
        return f"{self.folder}/{tenant}"

    def policy(self, tenant: str) -> Policy:
        return Policy(name=f"tenant {tenant}", read=[self.file(tenant)])

    def choose(self, scope: Any) -> Policy:
        tenant = scope["path"].rpartition("/")[2]
        return self.kept[int(tenant)] if int(tenant) < KEPT else self.policy(tenant)

    def read(self, tenant: str) -> str:
        try:
            with open(self.file(tenant)) as file:
                return file.read()
        except PermissionError:
            return "refused"

    def proof(self, tenant: str) -> bytes:
        """What only a request under this tenant's policy can answer."""
        other = self.read(str((int(tenant) + 1) % KEPT))
        return json.dumps({"tenant": tenant, "own": self.read(tenant), "other": other}).encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        _, kind, tenant = scope["path"].rsplit("/", 2)
        if kind != "stream":
            body = json.dumps({"tenant": tenant}).encode() if kind == "json" else self.proof(tenant)
            length = (b"content-length", b"%d" % len(body))
            await send({"type": "http.response.start", "status": 200, "headers": [*ANSWER, length]})
            await send({"type": "http.response.body", "body": body})
            return
        await send({"type": "http.response.start", "status": 200, "headers": ANSWER})
        await send({"type": "http.response.body", "body": b"begun\n", "more_body": True})
        self.waiting += 1
        await self.opened.wait()
        await send({"type": "http.response.body", "body": self.proof(tenant) + b"\n", "more_body": True})
        await send({"type": "http.response.body", "body": b"ended\n"})


class Looking:
    """A control: a middleware that looks at each message and does nothing, as they are mostly written."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        begun = ""

        async def look(message: Any) -> None:
            nonlocal begun
            begun = begun or message["type"]
            await send(message)

        await self.app(dict(scope), receive, look)


def application(folder: Path) -> Any:
    """What the server serves: /bare/…, /looked/… and /held/…, and what the benchmark itself asks."""
    tenants = Tenants(folder)
    kinds = {"held": SandboxMiddleware(tenants, policy=tenants.choose), "bare": tenants, "looked": Looking(tenants)}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        path = scope["path"]
        served = kinds.get(path.split("/", 2)[1])
        if served is not None:
            await served(scope, receive, send)
        else:
            if path == "/open":
                tenants.opened.set()
            figures = {"seconds": time.process_time(), "bytes": resident(), "waiting": tenants.waiting}
            await send({"type": "http.response.start", "status": 200, "headers": ANSWER})
            await send({"type": "http.response.body", "body": json.dumps(figures).encode()})

    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--loop", default="uvloop")
    parser.add_argument("--http", default="httptools")
    options = parser.parse_args()
    config = uvicorn.Config(
        application(options.folder), port=0, loop=options.loop, http=options.http, lifespan="off", log_config=None,
        access_log=False, backlog=20_000,
    )  # fmt: skip
    server = uvicorn.Server(config)

    async def serve() -> None:
        task = asyncio.create_task(server.serve())
        while not server.started and not task.done():
            await asyncio.sleep(0.01)
        print(server.servers[0].sockets[0].getsockname()[1], flush=True)
        await task

    asyncio.run(serve(), loop_factory=config.get_loop_factory())


if __name__ == "__main__":
    main()
