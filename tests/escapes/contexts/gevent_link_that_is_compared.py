"""Link something to an event of the host's that harms when it is compared: the host unlinks something else.
needs: gevent
"""

import gevent
import gevent.event


def enter(world, manager, guest):
    world.event = gevent.event.Event()
    gevent.sleep(0)
    with manager:
        guest(world)
    world.event.unlink(int)


def guest(world):
    class Link:
        __hash__ = object.__hash__

        def __call__(self, source):
            pass

        def __eq__(self, other):
            world.attempt(world.harm)
            return False

    world.event.rawlink(Link())
