"""Switch to a greenlet of the host's with an empty list, and put a job into it afterwards.
unseen: the host is given a copy, in which nothing is
needs: greenlet
"""

import greenlet


def host(world):
    def serve():
        jobs = greenlet.getcurrent().parent.switch()
        greenlet.getcurrent().parent.switch()
        for job in jobs:
            job()

    world.server = greenlet.greenlet(serve)
    world.server.switch()


def guest(world):
    jobs = []
    world.server.switch(jobs)
    jobs.append(world.harm)


def after(world):
    world.server.switch()
