"""The variable is given the value that it had in a trusted call."""

import contextvars

from fastaudit import Policy, trusted


def host(world):
    world.tools = [trusted(contextvars.copy_context), trusted(Policy.unrestricted())(contextvars.copy_context)]


def guest(world):
    for tool in world.tools:
        for variable, value in tool().items():
            world.attempt(variable.set, value)
    world.harm()
