"""The guest enters a wider scope, keeps its value, and sets the variable to it after leaving."""

import contextvars

from fastaudit import Policy, sandbox


def guest(world):
    kept = {}

    def inner():
        with sandbox(Policy.unrestricted()):
            kept.update(contextvars.copy_context())

    world.attempt(contextvars.Context().run, inner)
    for variable, value in kept.items():
        world.attempt(variable.set, value)
    world.harm()
