"""What guests in these tests do: find the host's objects in the frames below, and try things with them."""

import contextlib
import sys


def find():
    """What a guest finds in the frames below it: the first local of a host whose name begins so."""
    frame = sys._getframe()
    while (frame := frame.f_back) is not None:
        for name, value in list(frame.f_locals.items()):
            if name.startswith("host_"):
                return value
    return None


def attempt(*acts):
    """Try, whatever comes of it."""
    for act in acts:
        with contextlib.suppress(Exception):
            act()
