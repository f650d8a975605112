"""The guest calls what a decorator of fastaudit's wrapped, instead of the wrapper."""

from fastaudit import Policy, sandbox


def guest(world):
    wrapped = sandbox(Policy.unrestricted())(world.harm)
    world.attempt(wrapped)
    wrapped.__wrapped__()
