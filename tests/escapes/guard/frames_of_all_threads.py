"""The frames of all threads are searched for what would leave the scope."""

import sys


def guest(world):
    frames = world.attempt(sys._current_frames) or {}
    for frame in [sys._getframe(), *frames.values()]:
        while frame is not None:
            for value in list(frame.f_locals.values()):
                if type(value).__module__.startswith("fastaudit"):
                    world.attempt(lambda value=value: value.__exit__(None, None, None))
                    world.attempt(lambda value=value: value.stop())
            frame = frame.f_back
    world.harm()
