"""The code of a function of the host's is replaced by the method beneath setattr."""


def host(world):
    def work(world):
        return None

    world.work = work


def guest(world):
    def harm(world):
        world.harm()

    object.__setattr__(world.work, "__code__", harm.__code__)


def after(world):
    world.work(world)
