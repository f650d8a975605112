"""Connect by a loop of uvloop's, which libuv does without an event.
harm: network
needs: uvloop
"""

import asyncio

import uvloop


def guest(world):
    async def main():
        await asyncio.open_connection("127.0.0.1", world.port)

    uvloop.new_event_loop().run_until_complete(main())
