"""Run in a new greenlet, which begins without a context.
needs: greenlet
"""

import greenlet


def guest(world):
    greenlet.greenlet(world.harm).switch()
