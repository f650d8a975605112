"""Real servers in threads of the test, on loopback, and what asks them."""

import asyncio
import contextlib
import importlib.util
import socket
import threading
import time

import uvicorn

from fastaudit import Policy

WAIT = 20  # seconds: for what would never come


def obtained(*names):
    """Those of these packages that can be had for this Python: without a GIL, not all can."""
    return [name for name in names if importlib.util.find_spec(name)]


LOOPS = obtained("asyncio", "uvloop")
LOOPS_AND_PARSERS = [(loop, parser) for loop in LOOPS for parser in obtained("h11", "httptools")]


def until(condition):
    """Wait for something that another thread does."""
    for _ in range(WAIT * 200):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not happen")


def by_path(probe):
    """Choose the policy by the path: that of its first letter, or one that refuses nothing."""
    free = Policy.unrestricted()
    return lambda scope: probe.policies.get(scope["path"].removeprefix("/")[:1], free)


class Spy:
    """A middleware of the host's around everything: what is in force where the server's own code runs."""

    def __init__(self, app, probe):
        self.app, self.probe, self.seen, self.errors = app, probe, [], []

    async def __call__(self, scope, receive, send):
        async def spied_receive():
            self.seen.append(self.probe())
            message = await receive()
            self.seen.append(self.probe())
            return message

        async def spied_send(message):
            self.seen.append(self.probe())
            await send(message)
            self.seen.append(self.probe())

        self.seen.append(self.probe())
        try:
            await self.app(scope, spied_receive, spied_send)
        except BaseException as error:
            self.errors.append(error)
            raise
        finally:
            self.seen.append(self.probe())

    def saw_nothing(self):
        """Whether it has seen anything, and that always nothing was in force."""
        return len(self.seen) > 1 and set(self.seen) == {""}


@contextlib.contextmanager
def running(app, loop="asyncio", http="h11", **options):
    """Run uvicorn in a thread; gives the port."""
    options = {"lifespan": "off", "log_config": None, "ws": "websockets-sansio"} | options
    server = uvicorn.Server(uvicorn.Config(app, port=0, loop=loop, http=http, **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started or not thread.is_alive())
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(WAIT)
        server.force_exit = True
        thread.join(WAIT)
        assert not thread.is_alive()


class Client:
    """One connection, bare: what is sent is sent, and answers are read one by one."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), WAIT)
        self.file = self.socket.makefile("rb")

    def send(self, *paths, method="GET", body=b"", headers=""):
        """Send one request for each path, in one piece."""
        if body:
            headers += f"content-length: {len(body)}\r\n"
        head = "".join(f"{method} /{path} HTTP/1.1\r\nhost: x\r\n{headers}\r\n" for path in paths)
        self.socket.sendall(head.encode() + body)

    def answer(self):
        """Read one answer: its status, headers and body."""
        status = int(self.file.readline().split()[1])
        headers = {}
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, value = line.decode().rstrip().split(":", 1)
            headers[name.lower()] = value.strip()
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self.file.readline(), 16):
                body += self.file.read(size)
                self.file.readline()
            self.file.readline()
        else:
            body = self.file.read(int(headers.get("content-length", 0)))
        return status, headers, body

    def ask(self, path="", **options):
        """Send one request and give the status and the text of its answer."""
        self.send(path, **options)
        status, _, body = self.answer()
        return status, body.decode()

    def close(self):
        self.file.close()
        self.socket.close()


class Exchange:
    """One request without a server: a scope, messages to receive, and what was sent."""

    def __init__(self, kind="http", *, probe=None, path="/", incoming=(), **more):
        self.scope = {"type": kind, "path": path, "headers": [], **more}
        self.incoming = list(incoming)
        self.sent, self.seen, self.probe = [], [], probe

    async def receive(self):
        if self.probe:
            self.seen.append(self.probe())
        return self.incoming.pop(0) if self.incoming else {"type": f"{self.scope['type']}.disconnect"}

    async def send(self, message):
        if self.probe:
            self.seen.append(self.probe())
        self.sent.append(message)

    def run(self, app):
        asyncio.run(app(self.scope, self.receive, self.send))
