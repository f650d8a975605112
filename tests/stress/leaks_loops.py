"""What a guest and its host give to an event loop and complete there: an entry of leaks.py."""

import asyncio
import contextvars

from growth import attempt, entry

from fastaudit import Policy, sandbox

GUEST = Policy(name="guest")


def refuse(*_):
    attempt(open, "/etc/passwd")


@entry("sandbox")
def callbacks():
    hosts = contextvars.copy_context()

    async def main():
        loop = asyncio.get_running_loop()
        futures = [loop.create_future() for _ in range(3)]
        futures[0].add_done_callback(refuse, context=hosts)
        with sandbox(GUEST):
            loop.call_soon(refuse, context=hosts)
            loop.call_later(0, refuse, context=hosts)
            attempt(loop.call_soon, refuse, context=GUEST)
            hosts.run(futures[1].add_done_callback, refuse, context=hosts)
            task = asyncio.create_task(asyncio.wait_for(futures[2], 9), context=hosts)
            await asyncio.sleep(0)
            futures[0].set_result(())
            futures[1].cancel()
            futures[2].set_result(futures[1]._callbacks)
        await task

    asyncio.run(main())
