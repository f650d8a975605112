"""Share the context of a greenlet in which a trusted function has switched away.
needs: greenlet
"""

import greenlet

from fastaudit import trusted


def host(world):
    @trusted
    def wait():
        greenlet.getcurrent().parent.switch()

    world.wait = wait


def guest(world):
    made = greenlet.greenlet(lambda: world.wait())
    made.gr_context = greenlet.getcurrent().gr_context
    made.switch()
    world.harm()
