"""Have a greenlet return something that shows itself to its parent, which has left the block and waits for something else.
needs: gevent
held: no: what a greenlet that was made inside gives its parent later
"""

import gevent
import greenlet


def enter(world, manager, guest):
    gevent.sleep(0)
    with manager:
        guest(world)
    world.attempt(gevent.sleep, 0.02)


def guest(world):
    class Shown:
        def __repr__(self):
            world.attempt(world.harm)
            return ""

    made = greenlet.greenlet(Shown)
    world.timer = gevent.get_hub().loop.timer(0.001)
    world.timer.start(made.switch)
