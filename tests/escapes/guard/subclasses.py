"""A function that opens files is found from the subclasses of object."""


def guest(world):
    for kind in object.__subclasses__():
        if kind.__name__ == "_wrap_close":
            kind.__init__.__globals__["remove"](world.canary)
