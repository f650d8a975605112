"""Runs of pytest inside pytest: real ones, with the plugin that is installed."""

import contextlib
import importlib
import textwrap

import pytest

# Loaded here, lest an inner run loads and forgets them: a second copy of a library's pool is none that fastaudit knows.
for name in (
    "anyio._backends._asyncio",
    "anyio._backends._trio",
    "asyncio",
    "concurrent.futures.process",
    "concurrent.futures.thread",
    "fastaudit._children",
    "fastaudit._pytest_held",
    "fastaudit._pytest_host",
    "fastaudit._pytest_policy",
    "fastaudit._pytest_records",
    "multiprocessing.pool",
    "multiprocessing.spawn",
    "trio",
):
    with contextlib.suppress(ImportError):
        importlib.import_module(name)

HEAD = """\
import os
import pathlib

import pytest

from fastaudit import Deny, Policy, current, sandbox, trusted

SECRET = pathlib.Path({secret!r})
"""


@pytest.fixture
def secret(tmp_path_factory):
    """A file that no policy of these tests grants unless it says so."""
    file = tmp_path_factory.mktemp("outside").resolve() / "secret.txt"
    file.write_text("secret")
    return file


@pytest.fixture
def write(pytester, secret):
    """Write a test file of an inner run; its head imports what tests use and names the secret."""

    def write(text, name="test_inner.py"):
        file = pytester.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(HEAD.format(secret=str(secret)) + textwrap.dedent(text))
        return file

    return write


@pytest.fixture
def ini(pytester):
    """Write the configuration of an inner run."""

    def ini(*lines):
        pytester.makeini("\n".join(["[pytest]", "asyncio_default_fixture_loop_scope = function", *lines]))

    ini()
    return ini


@pytest.fixture
def run(pytester, ini, write):
    """Write a test file, if one is given, and run pytest; gives its result."""

    def run(text=None, *options):
        if text is not None:
            write(text)
        return pytester.runpytest_inprocess("-p", "no:randomly", *options)

    return run
