"""Coroutines that run at once."""

import asyncio


def guest(box):
    async def one(number):
        await asyncio.sleep(0)
        return number

    async def main():
        return await asyncio.gather(*map(one, range(10)))

    return asyncio.run(main())
