"""Generators of the guest's enter and leave scopes in the wrong order."""

from fastaudit import Policy, sandbox


def guest(world):
    def body():
        with sandbox(Policy.unrestricted()):
            yield

    generators = [body() for _ in range(3)]
    for generator in generators:
        next(generator)
    for generator in generators:
        world.attempt(generator.close)
    world.harm()
