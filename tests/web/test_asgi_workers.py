"""Threads of anyio's that are first needed inside a request are neutral for all others."""

import subprocess
import sys

SCRIPT = """
import asyncio
import sys

import anyio.to_thread

from fastaudit import Policy
from fastaudit.asgi import SandboxMiddleware


def reads(path):
    try:
        open(path).close()
        return "read"
    except PermissionError:
        return "refused"


async def app(scope, receive, send):
    print(scope["tenant"], await anyio.to_thread.run_sync(reads, sys.argv[1]))


async def none(message=None):
    return {}


policies = {"a": Policy(), "b": Policy(read=[sys.argv[1]])}
held = SandboxMiddleware(app, policy=lambda scope: policies[scope["tenant"]])


async def main():
    for tenant in "abab":
        await asyncio.create_task(held({"type": "http", "tenant": tenant}, none, none))
    print("host", await anyio.to_thread.run_sync(reads, sys.argv[1]))


asyncio.run(main())
"""


def test_the_first_thread_that_a_request_needs_serves_all_others(tmp_path):
    file = tmp_path / "file.txt"
    file.touch()
    words = [sys.executable, "-P", "-c", SCRIPT, file]
    told = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    assert told.split("\n")[:-1] == ["a refused", "b read", "a refused", "b read", "host read"]
