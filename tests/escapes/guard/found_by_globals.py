"""The functions of modules are found through the globals of functions of the library."""

import functools


def guest(world):
    functools.singledispatch.__globals__["__builtins__"]["open"](world.canary, "w").close()
