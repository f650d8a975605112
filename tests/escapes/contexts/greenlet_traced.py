"""Have a function called at every switch of the thread, also at those of the host.
needs: greenlet
"""

import greenlet


def guest(world):
    greenlet.settrace(world.harm)


def after(world):
    greenlet.greenlet(lambda: None).switch()
    greenlet.settrace(None)
