"""Tracebacks of faults are led into a file outside."""

import faulthandler


def guest(world):
    with open(world.outside / "faults", "w") as file:
        faulthandler.dump_traceback(file)
