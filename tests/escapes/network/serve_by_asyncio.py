"""
The guest serves by asyncio.
harm: listen
"""

import asyncio


def guest(world):
    async def main():
        world.server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        world.sockets = [one.dup() if hasattr(one, "dup") else one for one in world.server.sockets]

    asyncio.run(main())
