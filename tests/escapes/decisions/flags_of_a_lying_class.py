"""The flags of an opening are a number of a class of the guest's."""

import os


class Flags(int):
    def lie(self, *_):
        return os.O_RDONLY

    __index__ = __int__ = __and__ = __or__ = __rand__ = lie

    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def guest(world):
    os.close(os.open(world.canary, Flags(os.O_WRONLY | os.O_TRUNC)))
