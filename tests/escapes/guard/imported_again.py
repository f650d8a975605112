"""The package is imported again, and its new functions are used to end what is in force."""

import importlib
import sys


def guest(world):
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "fastaudit"}
    try:
        again = world.attempt(importlib.import_module, "fastaudit")
        if again is not None:
            world.attempt(again.sandbox(again.Policy.unrestricted()).__exit__, None, None, None)
            handle = world.attempt(again.sandbox(again.Policy.unrestricted()).start)
            world.attempt(lambda: handle.stop())
        world.harm()
    finally:
        sys.modules.update(kept)
