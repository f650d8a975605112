"""Warnings become errors, and what shows errors that nobody catches is the guest's."""

import sys
import warnings


def guest(world):
    before = sys.unraisablehook
    sys.unraisablehook = lambda *_: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            world.attempt(world.harm)
    finally:
        sys.unraisablehook = before
