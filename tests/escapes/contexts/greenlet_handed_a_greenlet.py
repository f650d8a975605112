"""Switch to a greenlet of the host's with a greenlet of a class that can be called.
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
    class Job(greenlet.greenlet):
        def __call__(self):
            world.harm()

    world.server.switch(Job())
