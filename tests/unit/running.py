"""Loops of each kind, run by a host, and what runs in them: free or not."""

import asyncio
import importlib.util

from fastaudit import Policy

NOTHING = Policy()
LOOPS = ["asyncio", *(["uvloop"] if importlib.util.find_spec("uvloop") else [])]


def may():
    """Whether the running code may read what no policy here grants."""
    try:
        open("/etc/passwd").close()
    except PermissionError:
        return False
    return True


def run(main, loop):
    if loop == "asyncio":
        return asyncio.run(main)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


async def waits(awaitable):
    """A host's task: whether it is free after what it waited for, and some steps later."""
    try:
        await awaitable
    except (asyncio.CancelledError, ValueError):
        pass
    free = [may()]
    for _ in range(3):
        await asyncio.sleep(0)
        free.append(may())
    return free
