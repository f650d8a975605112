"""Callbacks that fail are told to the loop's handler."""

import asyncio


def guest(box):
    told = []

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: told.append(repr(context["exception"])))
        loop.call_soon(lambda: 1 / 0)
        loop.call_later(0.001, told.append, "later")
        await asyncio.sleep(0.01)

    asyncio.run(main())
    return told
