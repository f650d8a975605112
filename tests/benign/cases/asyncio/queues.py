"""Producers and consumers."""

import asyncio


def guest(box):
    async def main():
        queue, done = asyncio.PriorityQueue(), []

        async def consume():
            while True:
                done.append(await queue.get())
                queue.task_done()

        task = asyncio.create_task(consume())
        for number in (3, 1, 2):
            queue.put_nowait(number)
        await queue.join()
        task.cancel()
        return done

    return asyncio.run(main())
