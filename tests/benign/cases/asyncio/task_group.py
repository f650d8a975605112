"""A group of tasks, one of which fails."""

import asyncio


def guest(box):
    async def fail():
        raise KeyError("one")

    async def main():
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(10))
                group.create_task(fail())
        except* KeyError as errors:
            told = [str(error) for error in errors.exceptions]
        return told

    return asyncio.run(main())
