"""A handler for a signal, by the loop.
policy: Policy(allow=["signal"])
"""

import asyncio
import signal


def guest(box):
    async def main():
        loop = asyncio.get_running_loop()
        came = loop.create_future()
        loop.add_signal_handler(signal.SIGUSR1, came.set_result, "came")
        loop.call_soon(signal.raise_signal, signal.SIGUSR1)
        try:
            return await came
        finally:
            loop.remove_signal_handler(signal.SIGUSR1)

    return asyncio.run(main())
