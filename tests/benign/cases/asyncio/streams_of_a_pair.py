"""Streams over a pair of sockets."""

import asyncio
import socket


def guest(box):
    async def main():
        one, other = socket.socketpair()
        _, writer = await asyncio.open_connection(sock=one)
        there, back = await asyncio.open_connection(sock=other)
        writer.write(b"line\n")
        await writer.drain()
        line = await there.readline()
        for each in (writer, back):
            each.close()
            await each.wait_closed()
        return line

    return asyncio.run(main())
