"""Leave a greenlet behind that the host's own switches to later.
needs: greenlet
"""

import greenlet


def guest(world):
    world.made = greenlet.greenlet.__new__(greenlet.greenlet)
    world.made.run = world.harm


def after(world):
    world.attempt(world.made.switch)
