"""Async generators that are left in the middle."""

import asyncio
import contextlib


def guest(box):
    told = []

    async def count():
        try:
            for number in range(10):
                yield number
        finally:
            told.append("closed")

    async def main():
        async with contextlib.aclosing(count()) as numbers:
            async for number in numbers:
                if number == 3:
                    break
        async for _ in count():
            break

    asyncio.run(main())
    return told
