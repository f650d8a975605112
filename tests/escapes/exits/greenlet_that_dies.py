"""End the greenlet in which the host has its scope open, from another that goes on.
needs: greenlet
"""

import greenlet


def enter(world, manager, guest):
    def body():
        with manager:
            guest(world)

    world.held = greenlet.greenlet(body)
    world.held.switch()


def guest(world):
    held = world.held

    def other():
        held.throw()
        world.harm()

    world.other = greenlet.greenlet(other)
    world.other.switch()


def after(world):
    world.attempt(world.other.switch)
