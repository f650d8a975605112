"""A copy that the guest makes of an older context runs the harm."""

import contextvars


def host(world):
    world.context = contextvars.copy_context()


def guest(world):
    world.context.copy().run(world.harm)
