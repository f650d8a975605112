"""The variable is set to its own value, and reset by tokens over and over."""

import contextvars


def guest(world):
    for variable, value in contextvars.copy_context().items():
        token = variable.set(value)
        world.attempt(variable.reset, token)
        world.attempt(variable.set, token.old_value)
        world.attempt(variable.reset, token)
    world.harm()
