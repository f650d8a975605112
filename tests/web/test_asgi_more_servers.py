"""SandboxMiddleware under hypercorn and daphne."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import hypercorn.asyncio
import hypercorn.config
import pytest
from endpoints import BIG, routes
from servers import WAIT, Client, Spy, by_path, obtained, until
from starlette.applications import Starlette

from fastaudit.asgi import SandboxMiddleware


@contextlib.contextmanager
def listening():
    """Listen, so that whoever connects is served as soon as the server runs."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener, listener.getsockname()[1]


@contextlib.contextmanager
def hypercorns(app):
    """Run hypercorn in a thread; gives the port."""
    end, loops = asyncio.Event(), []

    async def serve():
        loops.append(asyncio.get_running_loop())
        await hypercorn.asyncio.serve(app, config, shutdown_trigger=end.wait)

    with listening() as (listener, port):
        config = hypercorn.config.Config()
        config.bind = [f"fd://{os.dup(listener.fileno())}"]
        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        try:
            yield port
        finally:
            until(lambda: loops)
            loops[0].call_soon_threadsafe(end.set)
            thread.join(WAIT)
            assert not thread.is_alive()


@contextlib.contextmanager
def daphnes(folder):
    """Run daphne in a process; gives the port."""
    here = Path(__file__).parent
    with listening() as (listener, port):
        number = listener.fileno()
        words = [sys.executable, "-P", "-m", "daphne", "--fd", str(number), "-v", "0", "daphnes:application"]
        found = os.pathsep.join([str(here), *filter(None, [os.environ.get("PYTHONPATH")])])
        environment = {**os.environ, "PROBE": str(folder), "PYTHONPATH": found}
        process = subprocess.Popen(words, pass_fds=[number], env=environment, cwd=folder)
        listener.close()  # where it does not start, connections are refused
        try:
            yield port
        finally:
            process.terminate()
            process.wait(WAIT)


@pytest.fixture(scope="module", params=obtained("hypercorn", "daphne"))
def port(request, tmp_path_factory, new_probe):
    folder = tmp_path_factory.mktemp("probe")
    if request.param == "daphne":
        with daphnes(folder) as port:
            yield port
            client = Client(port)
            assert client.ask("seen") == (200, "{''}")
            client.close()
        return
    probe = new_probe(folder)
    app = Spy(SandboxMiddleware(Starlette(routes=routes(probe, [])), policy=by_path(probe)), probe)
    with hypercorns(app) as port:
        yield port
    assert app.saw_nothing()


def test_requests_of_one_connection_have_each_their_own(port, connect):
    client = connect(port)
    for name in "abzcab":
        for kind in ("plain", "threaded", "background"):
            assert client.ask(f"{name}/{kind}") == (200, name.replace("z", "-"))


def test_pipelined_requests_begin_outside_of_the_others(port, connect):
    client = connect(port)
    names = "abczabcz"
    client.send(*[f"{name}/plain" for name in names])
    assert [client.answer()[2].decode() for _ in names] == list(names.replace("z", "-"))


def test_long_bodies_leave_nothing_in_the_readers_of_the_connection(port, connect):
    client = connect(port)
    for name in "abz":
        inside = name.replace("z", "")
        assert client.ask(f"{name}/body", method="POST", body=BIG) == (200, f"{inside} 300000 {inside}")
        assert client.ask("z/plain") == (200, "-")


@pytest.mark.parametrize("kind", ["streamed", "streamed_by_thread"])
def test_streamed_responses_are_held_to_their_end(port, connect, kind):
    client = connect(port)
    for name in "abz":
        assert client.ask(f"{name}/{kind}") == (200, name.replace("z", "-") * 3)
