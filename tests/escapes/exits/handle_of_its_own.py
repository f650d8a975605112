"""The guest starts scopes by hand and stops them crosswise."""

from fastaudit import Policy, sandbox


def guest(world):
    handles = [sandbox(Policy.unrestricted()).start() for _ in range(3)]
    for handle in handles:
        world.attempt(handle.stop)
        world.attempt(handle.stop)
    world.harm()
