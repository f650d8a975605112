"""Pipes as streams."""

import asyncio
import os


def guest(box):
    async def main():
        loop = asyncio.get_running_loop()
        read, write = os.pipe()
        reader = asyncio.StreamReader()
        transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb"))
        os.write(write, b"through a pipe")
        os.close(write)
        text = await reader.read()
        transport.close()
        return text

    return asyncio.run(main())
