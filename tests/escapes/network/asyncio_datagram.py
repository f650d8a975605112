"""
A datagram is sent by asyncio.
harm: network
"""

import asyncio


def guest(world):
    async def main():
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=("127.0.0.1", world.port)
        )
        transport.sendto(b"x")
        await asyncio.sleep(0)
        transport.close()

    asyncio.run(main())
