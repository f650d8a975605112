"""A server and its client on loopback.
policy: Policy(listen=["127.0.0.1:*"], connect=["127.0.0.1:*"])
"""

import asyncio


def guest(box):
    async def greet(reader, writer):
        writer.write((await reader.readline()).upper())
        writer.close()

    async def main():
        async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"hello\n")
            text = await reader.read()
            writer.close()
            return text

    return asyncio.run(main())
