"""Switch to a dead greenlet with a job: its parent, which is the host's, is given that.
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
    world.dead = greenlet.greenlet(lambda: int, world.server)
    world.dead.switch()


def guest(world):
    world.dead.switch(world.harm)
