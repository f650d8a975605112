"""Give the running greenlet another context, or none.
needs: greenlet
"""

import contextvars

import greenlet


def host(world):
    world.context = contextvars.copy_context()


def guest(world):
    for context in (world.context, None):
        world.attempt(setattr, greenlet.getcurrent(), "gr_context", context)
        world.attempt(world.harm)
