"""Doctests, which make a debugger and exchange stdout."""

import doctest


def guest(box):
    test = doctest.DocTestParser().get_doctest(
        ">>> print(1 + 1)\n2\n>>> [][0]\nTraceback (most recent call last):\nIndexError: list index out of range\n",
        {},
        "made",
        None,
        0,
    )
    return tuple(doctest.DocTestRunner(verbose=False).run(test))[:2]
