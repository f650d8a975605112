"""What the collector does to a generated program, and what it leaves for others to see."""

import contextlib
import gc
import sys


def _is_of_dropped(error):
    """
    Whether it is what contextlib raises when a generator is dropped in the middle of its `with`.

    Nobody can catch it, and pytest would keep it for its report: the frames, and every scope that they refer to.
    """
    return isinstance(error, RuntimeError) and "didn't stop after" in str(error)


def drop_exception(loop, context):
    """Handle a loop's exceptions: let go of those."""
    if not _is_of_dropped(context.get("exception")):
        loop.default_exception_handler(context)


@contextlib.contextmanager
def dropping_unraisable():
    """Let go of those that are raised where the interpreter can only write them."""
    told = sys.unraisablehook

    def hook(unraisable):
        if not _is_of_dropped(unraisable.exc_value):
            told(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = told


@contextlib.contextmanager
def collecting(often):
    """Collect every few objects, or as usual: between any two lines, and with what is alive in generations of its own."""
    usual = gc.get_threshold()
    if often:
        gc.set_threshold(17, 5, 1)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
