"""Start a shell by a loop of uvloop's.
harm: child
needs: uvloop
"""

import asyncio

import uvloop


def guest(world):
    async def main():
        process = await asyncio.create_subprocess_shell(f"touch {world.mark}")
        await process.wait()

    uvloop.new_event_loop().run_until_complete(main())
