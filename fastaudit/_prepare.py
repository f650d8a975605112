"""What the host fixes before the first scope, lest the first guest to ask fixes it for everybody."""

from __future__ import annotations


def before_first_scope() -> None:
    """
    Choose tempfile's default folder, as the host.

    The first call of ``tempfile.gettempdir()`` tries which folder it can write, and every later one,
    the host's included, gets that folder. Without any writable folder nothing is chosen, as without us.
    """
    import tempfile

    try:
        tempfile.gettempdir()
    except OSError:
        pass
