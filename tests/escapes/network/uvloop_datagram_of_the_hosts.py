"""Send a datagram by a transport of uvloop's that the host opened, to an address of the guest's.
harm: network
needs: uvloop
"""

import asyncio
import socket

import uvloop


def host(world):
    async def main():
        loop = asyncio.get_running_loop()
        return await loop.create_datagram_endpoint(asyncio.DatagramProtocol, family=socket.AF_INET)

    world.loop = uvloop.new_event_loop()
    world.transport, _ = world.loop.run_until_complete(main())


def guest(world):
    world.transport.sendto(b"x", ("127.0.0.1", world.port))
    world.loop.run_until_complete(asyncio.sleep(0.01))
