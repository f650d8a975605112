"""The guest sets the locals and the line of the host's frame, and clears it."""

import sys


def guest(world):
    frame = sys._getframe(1)
    while frame is not None:
        world.attempt(frame.clear)
        world.attempt(setattr, frame, "f_lineno", frame.f_code.co_firstlineno)
        world.attempt(setattr, frame, "f_trace", lambda *_: None)
        if "manager" in frame.f_locals:
            frame.f_locals["manager"] = None
        frame = frame.f_back
    world.harm()
