"""The package and its parts are loaded again in place."""

import importlib
import sys


def guest(world):
    parts = [sys.modules[name] for name in sys.modules if name.partition(".")[0] == "fastaudit"]
    kept = [(part, dict(vars(part))) for part in parts]
    try:
        for part in parts:
            world.attempt(importlib.reload, part)
        world.harm()
    finally:
        for part, names in kept:
            vars(part).update(names)
