"""A greenlet shares a context of the host's while the guest is in it, and goes on when the guest has left it.
needs: greenlet
"""

import contextvars

import greenlet


def host(world):
    world.context = contextvars.copy_context()


def guest(world):
    def body():
        greenlet.getcurrent().parent.switch()
        world.harm()

    def start():
        world.greenlet = greenlet.greenlet(body)
        world.greenlet.gr_context = world.context
        world.greenlet.switch()

    world.context.run(start)
    world.greenlet.switch()
