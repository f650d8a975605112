"""Start a program by a loop of uvloop's, which libuv does without an event.
harm: child
needs: uvloop
"""

import asyncio

import uvloop


def guest(world):
    async def main():
        process = await asyncio.create_subprocess_exec("touch", str(world.mark))
        await process.wait()

    uvloop.new_event_loop().run_until_complete(main())
