"""
A native module that the guest wrote is loaded.
harm: child
"""

import importlib.machinery
import importlib.util
import pathlib
import sys

import fastaudit._core as core


def guest(world):
    (world.box / "copied.so").write_bytes(pathlib.Path(core.__file__).read_bytes())
    loader = importlib.machinery.ExtensionFileLoader("_core", str(world.box / "copied.so"))
    spec = importlib.util.spec_from_file_location("_core", world.box / "copied.so", loader=loader)
    world.attempt(loader.create_module, spec) or sys.exit("not loaded")
    world.mark.touch()
