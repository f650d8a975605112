"""Wait for an event of the host's in a greenlet whose `switch` is another: that is what is linked.
needs: gevent
held: no: a greenlet with a switch of its own, that waits for gevent's events
"""

import gevent
import gevent.event


def enter(world, manager, guest):
    world.event = gevent.event.Event()
    gevent.sleep(0)
    with manager:
        gevent.spawn(guest, world)
    gevent.sleep(0)
    world.event.set()
    gevent.sleep(0.02)


def guest(world):
    gevent.getcurrent().switch = world.harm
    world.event.wait()
