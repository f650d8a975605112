"""Locks, events, conditions, semaphores, barriers."""

import asyncio


def guest(box):
    async def main():
        lock, event, condition = asyncio.Lock(), asyncio.Event(), asyncio.Condition()
        semaphore, barrier = asyncio.Semaphore(2), asyncio.Barrier(2)
        seen = []

        async def worker(name):
            await event.wait()
            async with semaphore, lock:
                seen.append(name)
            async with condition:
                condition.notify_all()
            await barrier.wait()

        tasks = [asyncio.create_task(worker(name)) for name in "ab"]
        event.set()
        await asyncio.gather(*tasks)
        return seen

    return asyncio.run(main())
