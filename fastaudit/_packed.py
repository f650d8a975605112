"""Values that are pickled where they are given, and not by a thread of the host's."""

from __future__ import annotations

from multiprocessing.reduction import ForkingPickler
from pickle import loads

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def pack(value: object) -> bytes:
    """Pickle for another process of multiprocessing's, here and now."""
    return bytes(ForkingPickler.dumps(value))


def begin(queue: Any) -> None:
    """Have a queue's thread started, if it has none, as the first put() does."""
    with queue._notempty:
        if queue._thread is None and not queue._closed:
            queue._start_thread()


class Packed(_core.Frozen):
    """What pack() gave: in another process it is the value again."""

    __slots__ = ()

    def __reduce__(self) -> tuple[object, ...]:
        return loads, self._fields


_core.seal(Packed)
