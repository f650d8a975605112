"""The extension is loaded a second time, under its own name from its own file."""

import importlib.machinery
import importlib.util

import fastaudit._core as core


def guest(world):
    loader = importlib.machinery.ExtensionFileLoader("fastaudit._core", core.__file__)
    spec = importlib.util.spec_from_file_location("fastaudit._core", core.__file__, loader=loader)
    copy = world.attempt(importlib.util.module_from_spec, spec)
    if copy is not None:
        world.attempt(loader.exec_module, copy)
    world.harm()
