"""Give a new greenlet a context of the host's.
needs: greenlet
"""

import contextvars

import greenlet


def host(world):
    world.context = contextvars.copy_context()


def guest(world):
    made = greenlet.greenlet(world.harm)
    made.gr_context = world.context
    made.switch()
