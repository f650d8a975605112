"""Switch to a greenlet of the host's that is in the middle of its work, with something that it calls.
needs: greenlet
"""

import greenlet


def host(world):
    def serve():
        job = greenlet.getcurrent().parent.switch()
        while True:
            job = greenlet.getcurrent().parent.switch(job())

    world.server = greenlet.greenlet(serve)
    world.server.switch()


def guest(world):
    world.server.switch(world.harm)
