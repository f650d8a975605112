"""An empty context in an empty context, through map and partial, runs the harm."""

import contextvars
import functools


def guest(world):
    outer, inner = contextvars.Context(), contextvars.Context()
    list(map(functools.partial(outer.run, inner.run), [world.harm]))
