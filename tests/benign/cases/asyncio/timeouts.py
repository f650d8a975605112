"""Time limits and cancelling."""

import asyncio


def guest(box):
    async def main():
        told = []
        try:
            async with asyncio.timeout(0.001):
                await asyncio.sleep(10)
        except TimeoutError:
            told.append("timeout")
        task = asyncio.create_task(asyncio.sleep(10))
        await asyncio.sleep(0)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            told.append("cancelled")
        return told

    return asyncio.run(main())
