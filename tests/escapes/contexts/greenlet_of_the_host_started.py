"""Start a greenlet of the host's that calls what it is given.
needs: greenlet
"""

import greenlet


def host(world):
    world.waiting = [greenlet.greenlet(lambda function: function()) for _ in range(3)]


def guest(world):
    first, second, third = world.waiting
    first.switch(world.harm)
    second.parent = greenlet.getcurrent()
    greenlet.greenlet(lambda: world.harm, second).switch()
    last = greenlet.greenlet(lambda: world.harm)
    last.parent = third
    last.switch()
