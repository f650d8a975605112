"""
A class of the guest's has the methods of a socket under other names.
harm: network
"""

import socket


class Client(socket.socket):
    reach = socket.socket.connect

    def connect(self, address):
        raise NotImplementedError


def guest(world):
    Client().reach(("127.0.0.1", world.port))
