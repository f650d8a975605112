"""A program that is refused, and survived.
refused: run
"""

import asyncio


def guest(box):
    async def main():
        try:
            await asyncio.create_subprocess_exec("true")
        except PermissionError:
            pass
        return await asyncio.to_thread(lambda: "alive")

    return asyncio.run(main())
