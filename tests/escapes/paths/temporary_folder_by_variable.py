"""The folder for temporary files is moved outside by the environment."""

import os
import tempfile


def guest(world):
    before = tempfile.tempdir
    tempfile.tempdir = None
    try:
        os.environ.setdefault("TMPDIR", str(world.outside))
        tempfile.tempdir = str(world.outside)
        tempfile.mkstemp()
    finally:
        tempfile.tempdir = before
        world.attempt(os.environ.pop, "TMPDIR", None)
