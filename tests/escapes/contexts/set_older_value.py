"""The variable is set to nothing, to None and to what it was."""

import contextvars


def host(world):
    world.context = contextvars.copy_context()


def guest(world):
    for variable in contextvars.copy_context():
        for value in (None, world.context.get(variable), object()):
            world.attempt(variable.set, value)
    world.harm()
