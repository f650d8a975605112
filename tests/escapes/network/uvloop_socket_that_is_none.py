"""Connect by a loop of uvloop's with a socket beside the address, under two names that seem the same.
harm: network
needs: uvloop
"""

import asyncio
import socket

import uvloop


class Name(str):
    """Seems to be `sock`, and is found under nothing."""

    def __hash__(self):
        return 0


def guest(world):
    loop = uvloop.new_event_loop()

    async def main():
        options = {"sock": None, Name("sock"): socket.socket()}
        world.attempt(loop.create_connection, asyncio.Protocol, "127.0.0.1", world.port, **options)
        await loop.create_connection(asyncio.Protocol, "127.0.0.1", world.port, sock=None)

    loop.run_until_complete(main())
