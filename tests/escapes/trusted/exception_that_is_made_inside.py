"""A class that does the harm when it is called is thrown into a trusted generator."""

from fastaudit import trusted


def host(world):
    @trusted
    def tool():
        while True:
            try:
                yield
            except ValueError:
                pass

    world.tool = tool


def guest(world):
    class Error(ValueError):
        def __init__(self):
            world.harm()

    body = world.tool()
    next(body)
    world.attempt(body.gi_yieldfrom.throw, Error)
    body.throw(Error)
