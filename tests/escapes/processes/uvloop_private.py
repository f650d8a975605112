"""Start a program by the private method that uvloop's public ones call.
harm: child
needs: uvloop
"""

import asyncio

import uvloop


def guest(world):
    loop = uvloop.new_event_loop()

    async def main():
        start = loop._Loop__subprocess_run
        transport, _ = await start(asyncio.SubprocessProtocol, [b"touch", str(world.mark).encode()], None, None, None)
        await transport._wait()

    loop.run_until_complete(main())
