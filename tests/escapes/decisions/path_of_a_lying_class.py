"""A path is a text of a class of the guest's, whose methods lie."""


class Path(str):
    def lie(self, *_):
        return "/dev/null"

    __str__ = __repr__ = __fspath__ = __format__ = lie
    __eq__ = __contains__ = __ne__ = lambda self, other: True

    def __hash__(self):
        return hash("/dev/null")

    startswith = endswith = lambda self, *_: True

    def encode(self, *_):
        return b"/dev/null"

    def __len__(self):
        return 9


def guest(world):
    with open(Path(world.canary), "w") as file:
        file.write("harmed")
