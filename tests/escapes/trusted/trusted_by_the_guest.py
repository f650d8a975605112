"""The guest makes a trusted function of its own."""

from fastaudit import Policy, adapt, trusted


def guest(world):
    world.attempt(trusted(Policy.unrestricted())(world.harm))
    world.attempt(adapt(world.harm))
    trusted(world.harm)()
