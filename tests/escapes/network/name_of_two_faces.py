"""Look up a name that is granted, and have another one looked up: the address it leads to is learned.
harm: network
policy: default | Policy(connect=["10.0.0.1:*", "one.example:*"])
"""

import socket


class Host(str):
    def encode(self, *_):
        return b"127.0.0.1"


def guest(world):
    for ask in (
        lambda host: socket.getaddrinfo(host, world.port),
        lambda host: socket.getaddrinfo(host=host, port=world.port),
        socket.gethostbyname,
        socket.gethostbyname_ex,
        socket.gethostbyaddr,
    ):
        world.attempt(ask, Host("one.example"))
        world.attempt(socket.socket().connect, ("127.0.0.1", world.port))
