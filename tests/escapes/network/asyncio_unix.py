"""
A connection to a name in the file system is made by asyncio.
harm: network
"""

import asyncio


def guest(world):
    async def main():
        _, writer = await asyncio.open_unix_connection(str(world.unix))
        writer.close()

    asyncio.run(main())
