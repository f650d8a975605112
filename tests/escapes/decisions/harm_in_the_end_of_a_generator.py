"""A generator does the harm while it is being closed."""


def guest(world):
    def body():
        try:
            yield
        finally:
            world.attempt(world.harm)

    generator = body()
    next(generator)
    generator.close()
