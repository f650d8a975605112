"""A generator of the guest's is started by a trusted function, and does the harm when the guest resumes it."""

from fastaudit import trusted


def host(world):
    world.tool = trusted(lambda iterator: next(iterator))


def guest(world):
    def body():
        yield
        world.harm()
        yield

    iterator = body()
    world.tool(iterator)
    next(iterator)
