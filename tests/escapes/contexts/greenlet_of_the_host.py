"""Give a greenlet of the host's that has not been started something else to run, and let the host start it.
needs: greenlet
"""

import greenlet


def host(world):
    world.waiting = greenlet.greenlet(lambda: None)
    world.another = greenlet.greenlet(lambda: None)


def guest(world):
    world.waiting.run = world.harm
    world.another.__init__(world.harm)


def after(world):
    world.attempt(world.waiting.switch)
    world.attempt(world.another.switch)
