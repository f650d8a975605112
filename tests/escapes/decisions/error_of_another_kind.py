"""The errors that refusals are made of are replaced, so that making one fails."""

import builtins
import os


def guest(world):
    before = builtins.PermissionError, builtins.OSError, os.fsdecode
    try:
        builtins.PermissionError = builtins.OSError = os.fsdecode = None
        world.attempt(world.harm)
    finally:
        builtins.PermissionError, builtins.OSError, os.fsdecode = before
