"""
The port is an object that answers differently each time.
harm: network
policy: default | Policy(connect=["127.0.0.1:1"])
"""

import socket


class Port:
    def __init__(self, *answers):
        self.answers = list(answers)

    def __index__(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def guest(world):
    for lies in (0, 1, 2):
        port = Port(*[1] * lies, world.port)
        world.attempt(socket.socket().connect, ("127.0.0.1", port))
