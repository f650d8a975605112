"""A generator opens a scope, is suspended, and does its harm in another context that resumes it."""

import contextvars


def enter(world, manager, guest):
    def body():
        with manager:
            yield
            guest(world)

    generator = body()
    contextvars.copy_context().run(next, generator)
    for _ in generator:
        pass


def guest(world):
    world.harm()
