"""Make a greenlet of the host's the parent of one that returns a job: it is given that.
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
    made = greenlet.greenlet.__new__(greenlet.greenlet)
    world.attempt(made.__init__, lambda: world.harm, world.server)
    if made.parent is world.server:
        made.switch()
    other = greenlet.greenlet(lambda: world.harm)
    world.attempt(other.__init__, lambda: world.harm, parent=world.server)
    if other.parent is not world.server:
        other.parent = world.server
    other.switch()
