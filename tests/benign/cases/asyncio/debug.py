"""The loop's debug mode, which looks at stacks."""

import asyncio


def guest(box):
    async def main():
        await asyncio.create_task(asyncio.sleep(0))
        return len(asyncio.all_tasks())

    return asyncio.run(main(), debug=True)
