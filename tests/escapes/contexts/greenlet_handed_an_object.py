"""Switch to a greenlet of the host's with an object whose method it calls.
needs: greenlet
"""

import greenlet


def host(world):
    def serve():
        job = greenlet.getcurrent().parent.switch()
        while True:
            job = greenlet.getcurrent().parent.switch(job.run())

    world.server = greenlet.greenlet(serve)
    world.server.switch()


def guest(world):
    class Job:
        def run(self):
            world.harm()

    world.server.switch(Job())
