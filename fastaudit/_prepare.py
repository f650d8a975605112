"""What the host fixes before the first scope, lest the first guest to ask fixes it for everybody."""

from __future__ import annotations

import sys


def before_first_scope() -> None:
    """
    Choose tempfile's default folder, and load what makes anyio's threads, as the host.

    The first call of ``tempfile.gettempdir()`` tries which folder it can write, and every later one,
    the host's included, gets that folder. Without any writable folder nothing is chosen, as without us.
    """
    import tempfile

    try:
        tempfile.gettempdir()
    except OSError:
        pass
    load_workers()


def load_workers() -> None:
    """
    Load what makes anyio's threads, where anyio is loaded already: it waits for the first who needs a thread.

    A thread that a guest starts before we know its class is that guest's, with the jobs that everybody else gives it.
    """
    if "anyio" in sys.modules:
        import importlib

        try:
            importlib.import_module("anyio._backends._asyncio")
        except ImportError:
            pass
