"""uvloop: a loop, its timers, threads, signals and readers.
policy: Policy(allow=["signal"])
needs: uvloop
"""

import asyncio
import signal
import socket

import uvloop


def guest(box):
    async def main():
        loop = asyncio.get_running_loop()
        here, there = socket.socketpair()
        read, came = loop.create_future(), loop.create_future()
        loop.add_reader(here, lambda: (read.set_result(here.recv(1)), loop.remove_reader(here)))
        loop.add_signal_handler(signal.SIGUSR1, came.set_result, "came")
        there.send(b"x")
        signal.raise_signal(signal.SIGUSR1)
        async with asyncio.timeout(5):
            told = await read, await came, await asyncio.to_thread(pow, 2, 3)
        loop.remove_signal_handler(signal.SIGUSR1)
        here.close()
        there.close()
        return told

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main())
