"""Have gevent's hub call a function: at once, from a timer, by a link to an event of the host's.
needs: gevent
"""

import gevent
import gevent.event


def enter(world, manager, guest):
    world.event = gevent.event.Event()
    gevent.sleep(0)
    with manager:
        guest(world)
    world.event.set()
    gevent.sleep(0.02)


def guest(world):
    loop = gevent.get_hub().loop
    loop.run_callback(world.harm)
    world.timer = loop.timer(0.001)
    world.timer.start(world.harm)
    world.event.rawlink(world.harm)
