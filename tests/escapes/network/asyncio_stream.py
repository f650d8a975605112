"""
A connection is made by asyncio.
harm: network
"""

import asyncio


def guest(world):
    async def main():
        _, writer = await asyncio.open_connection("127.0.0.1", world.port)
        writer.close()

    asyncio.run(main())
