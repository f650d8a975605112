"""Have a channel of gevent's hand a job to a greenlet of the host's that never waited for it.
needs: gevent
"""

import gevent
import gevent.queue
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
    channel = gevent.queue.Channel()
    channel.getters.append(world.server)
    channel.putters.append((world.harm, gevent.hub.Waiter()))
    gevent.get_hub().loop.run_callback(channel._unlock)
