"""
A program is started by asyncio.
harm: child
"""

import asyncio


def guest(world):
    async def main():
        process = await asyncio.create_subprocess_exec("touch", str(world.mark))
        await process.wait()

    asyncio.run(main())
