"""A module from outside every granted folder is imported, and does the harm."""

import importlib
import sys


def host(world):
    (world.outside / "a_module_of_harm.py").write_text(f"open({str(world.outside / 'new')!r}, 'w').close()")


def guest(world):
    sys.path.insert(0, str(world.outside))
    try:
        importlib.import_module("a_module_of_harm")
    finally:
        sys.path.remove(str(world.outside))
