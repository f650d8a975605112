"""Throw an exception that harms when it is shown into a greenlet of the host's that looks at what is thrown.
unseen: it is given another exception, a built-in one
needs: greenlet
"""

import greenlet


def host(world):
    def serve():
        while True:
            try:
                greenlet.getcurrent().parent.switch()
            except Exception as error:
                str(error)

    world.server = greenlet.greenlet(serve)
    world.server.switch()


def guest(world):
    class Failure(Exception):
        def __str__(self):
            world.attempt(world.harm)
            return ""

    world.server.throw(Failure())
