"""A generator that the host began before the sandbox does the harm when the guest resumes it."""


def host(world):
    def body():
        yield
        world.harm()
        yield

    world.generator = body()
    next(world.generator)


def guest(world):
    next(world.generator)
