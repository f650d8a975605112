"""Send a datagram by a transport of uvloop's that is connected.
harm: network
needs: uvloop
"""

import asyncio

import uvloop


def guest(world):
    async def main():
        loop = asyncio.get_running_loop()
        address = "127.0.0.1", world.port
        transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=address)
        transport.sendto(b"x")
        await asyncio.sleep(0.01)

    uvloop.new_event_loop().run_until_complete(main())
