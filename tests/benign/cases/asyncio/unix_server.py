"""A server and its client on a socket in the file system.
policy: Policy(read=[box], write=[box], listen=[f"unix:{box}/s"], connect=[f"unix:{box}/s"])
"""

import asyncio


def guest(box):
    async def greet(reader, writer):
        writer.write(b"hello")
        writer.close()

    async def main():
        path = str(box / "s")
        async with await asyncio.start_unix_server(greet, path):
            reader, writer = await asyncio.open_unix_connection(path)
            text = await reader.read()
            writer.close()
            return text

    return asyncio.run(main())
