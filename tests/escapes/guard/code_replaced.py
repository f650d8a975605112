"""The code of a function of the host's is replaced, for the host to call."""


def host(world):
    def work(world):
        return None

    world.work = work


def guest(world):
    def harm(world):
        world.harm()

    world.work.__code__ = harm.__code__


def after(world):
    world.work(world)
