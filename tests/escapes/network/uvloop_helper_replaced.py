"""Replace what the guard lets uvloop's loops do instead, so that it calls them as they are.
harm: network
needs: uvloop
"""

import asyncio
import sys

import uvloop


def guest(world):
    loop = uvloop.new_event_loop()
    helpers = sys.modules.get("fastaudit._uvloop")

    async def connect(loop, *args, **options):
        options["sock"] = None
        return await uvloop.Loop.create_connection(loop, asyncio.Protocol, "127.0.0.1", world.port, **options)

    if helpers is not None:
        helpers.connected = connect
        helpers.create_connection.__globals__["getaddrinfo"] = connect

    async def main():
        await loop.create_connection(asyncio.Protocol, "127.0.0.1", world.port)

    loop.run_until_complete(main())
