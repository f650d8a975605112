"""Hooks that are told of asynchronous generators, set and put back."""

import sys


def guest(box):
    async def generate():
        yield 1

    told = []
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=lambda generator: told.append(generator.__name__))
    try:
        generate().__anext__().send(None)
    except StopIteration as end:
        told.append(end.value)
    finally:
        sys.set_asyncgen_hooks(*before)
    return told, sys.get_asyncgen_hooks() == before
