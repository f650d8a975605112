"""The guest does the harm at every depth, up to the recursion limit."""


def guest(world):
    def deeper():
        world.attempt(world.harm)
        deeper()

    try:
        deeper()
    except RecursionError:
        pass
