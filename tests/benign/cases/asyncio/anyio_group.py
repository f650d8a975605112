"""anyio: groups of tasks, streams in memory, time limits, threads."""

import anyio
import anyio.to_thread


def guest(box):
    async def main():
        send, receive = anyio.create_memory_object_stream(5)

        async def produce():
            async with send:
                for number in range(3):
                    await send.send(await anyio.to_thread.run_sync(lambda number=number: number * 2))

        got = []
        async with anyio.create_task_group() as group:
            group.start_soon(produce)
            async with receive:
                async for number in receive:
                    got.append(number)
        with anyio.move_on_after(0.001) as limit:
            await anyio.sleep(10)
        return got, limit.cancelled_caught

    return anyio.run(main)
