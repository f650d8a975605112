"""Servers and connections that end with the test."""

import contextlib
import logging

import pytest
from servers import LOOPS_AND_PARSERS, Client, running


@pytest.fixture
def uvicorns():
    """Start servers; they end with the test."""
    with contextlib.ExitStack() as stack:
        yield lambda app, *how, **options: stack.enter_context(running(app, *how, **options))


@pytest.fixture(params=LOOPS_AND_PARSERS, ids="-".join)
def serve(request, uvicorns):
    """Serve an application by each loop and parser of uvicorn in turn; gives the port."""
    return lambda app, **options: uvicorns(app, *request.param, **options)


@pytest.fixture
def connect():
    """Make connections, which end with the test."""
    with contextlib.ExitStack() as stack:

        def make(port):
            client = Client(port)
            stack.callback(client.close)
            return client

        yield make


@pytest.fixture
def access_log(tmp_path):
    """Have the server write its access log, into a file that it opens for each line."""

    class Reopening(logging.Handler):
        def emit(self, record):
            with log.open("a") as file:
                file.write(self.format(record) + "\n")

    log = tmp_path / "access.log"
    logger = logging.getLogger("uvicorn.access")
    handler, level = Reopening(), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield log
    logger.removeHandler(handler)
    logger.setLevel(level)
