"""Modules of the standard library that nobody has imported yet."""

import sys

NAMES = ("colorsys", "there is none", "netrc", "graphlib", "quopri", "wave", "sched", "stringprep")


def guest(box):
    kept = {name: sys.modules.pop(name, None) for name in NAMES}
    found = []
    for name in NAMES:
        try:
            found.append(__import__(name).__name__)
        except ImportError:
            pass
    for name, module in kept.items():
        if module is not None:
            sys.modules[name] = module
    return found
