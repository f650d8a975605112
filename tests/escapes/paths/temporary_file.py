"""A temporary file is made outside."""

import tempfile


def guest(world):
    tempfile.NamedTemporaryFile(dir=world.outside, delete=False).close()
