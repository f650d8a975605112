"""A loop that is made by hand, on another selector."""

import asyncio
import selectors


def guest(box):
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    try:
        return loop.run_until_complete(asyncio.sleep(0, "slept"))
    finally:
        loop.close()
