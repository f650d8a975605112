"""Have a callback of gevent's hub, and a link, raise an exception that harms when it is shown.
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
    class Failure(Exception):
        def __str__(self):
            world.attempt(world.harm)
            return ""

    def fail(*_):
        raise Failure

    gevent.get_hub().loop.run_callback(fail)
    world.event.rawlink(fail)
