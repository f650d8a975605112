"""A context copied before the sandbox runs the harm."""

import contextvars


def host(world):
    world.context = contextvars.copy_context()


def guest(world):
    world.context.run(world.harm)
