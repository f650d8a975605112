"""Give a new greenlet the very context in which the scope was entered, and outlive the scope in it.
needs: greenlet
"""

import greenlet


def guest(world):
    here = greenlet.getcurrent()

    def wait_and_do_harm():
        here.switch()
        world.harm()

    world.made = greenlet.greenlet(wait_and_do_harm)
    world.made.gr_context = here.gr_context
    world.made.switch()


def after(world):
    world.attempt(world.made.switch)
