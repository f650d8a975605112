"""A callback of the collector does the harm."""

import contextvars
import gc


def guest(world):
    def callback(phase, info):
        world.attempt(world.harm)

    gc.callbacks.append(callback)
    try:
        contextvars.Context().run(gc.collect)
    finally:
        gc.callbacks.remove(callback)
