"""Warnings that are caught, raised, and shown once."""

import warnings


def guest(box):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn("one", UserWarning, stacklevel=2)
        warnings.warn_explicit("two", DeprecationWarning, "file.py", 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            warnings.warn("three", stacklevel=1)
        except UserWarning as error:
            return [str(one.message) for one in caught], str(error)
