"""What error messages quote: a value cut to a readable length, and the nearest valid word."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN = 80  # characters of a value that a message quotes


def shown(value: object) -> str:
    """Quote a value in a message: its repr, cut where it would drown the message."""
    if isinstance(value, (str, bytes, bytearray)) and len(value) > _SHOWN:
        return f"{value[:_SHOWN]!r}… ({len(value):,} long)"
    text = repr(value)
    return text if len(text) <= _SHOWN + 2 else f"{text[:_SHOWN]}…"


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant: ``; did you mean 'read'?``, or nothing."""
    if len(word) > _SHOWN:
        return ""
    from difflib import get_close_matches

    spellings = {spelling.lower(): spelling for spelling in known}
    close = get_close_matches(word.lower(), spellings, n=1)
    return f"; did you mean {spellings[close[0]]!r}?" if close else ""
