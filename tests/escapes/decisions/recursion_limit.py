"""The guest sets the recursion limit just above its own depth, and does the harm there."""

import sys


def guest(world):
    before, depth, frame = sys.getrecursionlimit(), 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back
    try:
        for more in range(4, 40):
            try:
                sys.setrecursionlimit(depth + more)
                world.harm()
            except (RecursionError, PermissionError):
                pass
    finally:
        sys.setrecursionlimit(before)
