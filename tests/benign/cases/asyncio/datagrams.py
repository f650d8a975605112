"""Datagrams on loopback.
policy: Policy(listen=["127.0.0.1:*"], connect=["127.0.0.1:*"])
"""

import asyncio


class Receive(asyncio.DatagramProtocol):
    def __init__(self):
        self.got = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, address):
        self.got.set_result(data)


def guest(box):
    async def main():
        loop = asyncio.get_running_loop()
        server, receiver = await loop.create_datagram_endpoint(Receive, local_addr=("127.0.0.1", 0))
        client, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=server.get_extra_info("sockname")
        )
        client.sendto(b"hello")
        text = await receiver.got
        client.close()
        server.close()
        return text

    return asyncio.run(main())
