"""Jobs for the loop's threads, and for a pool of one's own."""

import asyncio
import concurrent.futures


def guest(box):
    async def main():
        loop = asyncio.get_running_loop()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            return await asyncio.gather(
                loop.run_in_executor(None, pow, 2, 3),
                loop.run_in_executor(pool, pow, 2, 4),
                asyncio.to_thread(pow, 2, 5),
            )

    return asyncio.run(main())
