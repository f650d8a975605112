"""The package is removed from the modules, and collected."""

import gc
import sys


def guest(world):
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "fastaudit"}
    gc.collect()
    try:
        world.harm()
    finally:
        sys.modules.update(kept)
