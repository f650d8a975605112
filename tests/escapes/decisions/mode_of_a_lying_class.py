"""The mode of an opening is a text of a class of the guest's."""


class Mode(str):
    __contains__ = __eq__ = lambda self, other: other == "r"
    __str__ = __repr__ = lambda self: "r"

    def __hash__(self):
        return hash("r")

    def __iter__(self):
        return iter("r")


def guest(world):
    open(world.canary, Mode("w")).close()
