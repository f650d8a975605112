"""Connect to a unix socket by a loop of uvloop's.
harm: network
needs: uvloop
"""

import asyncio

import uvloop


def guest(world):
    async def main():
        await asyncio.open_unix_connection(str(world.unix))

    uvloop.new_event_loop().run_until_complete(main())
