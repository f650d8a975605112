"""Wait by a waiter of gevent's in a greenlet whose `switch` is that of a greenlet of the host's: the hub calls it.
needs: gevent
"""

import gevent
import gevent.hub
import greenlet


def enter(world, manager, guest):
    def serve():
        job = greenlet.getcurrent().parent.switch()
        while True:
            job = greenlet.getcurrent().parent.switch(world.attempt(job))

    gevent.sleep(0)
    world.server = greenlet.greenlet(serve)
    world.server.switch()
    with manager:
        guest(world)
    gevent.sleep(0.01)


def guest(world):
    waiter = gevent.hub.Waiter()

    def wait():
        gevent.getcurrent().switch = world.server.switch
        waiter.get()

    gevent.spawn(wait)
    gevent.sleep(0)
    gevent.get_hub().loop.run_callback(waiter.switch, world.harm)
    gevent.sleep(0)
