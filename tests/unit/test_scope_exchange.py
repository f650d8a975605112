"""What a request is given of its server, in the core."""

import subprocess
import sys

ASKS = """
import asyncio, sys
from fastaudit import _core

class Name(str):
    def __hash__(self):
        return hash("__main__")

    def __eq__(self, other):
        raise ValueError

async def receive():
    return {"type": "http.request"}

async def send(message):
    pass

del sys.modules["__main__"]
sys.modules[Name("other")] = sys
taking, giving = _core.exchange(receive, send, asyncio.CancelledError, True)
assert asyncio.run(taking()) == {"type": "http.request"}
"""


def test_whatever_stands_for_a_name_among_modules_a_server_is_exchanged():
    result = subprocess.run([sys.executable, "-P", "-c", ASKS], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
