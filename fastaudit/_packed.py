"""Values that are pickled where they are given, and not by a thread of the host's."""

from __future__ import annotations

from multiprocessing.reduction import ForkingPickler
from pickle import loads

from . import _core


def pack(value: object) -> bytes:
    """Pickle for another process of multiprocessing's, here and now."""
    return bytes(ForkingPickler.dumps(value))


class Packed(_core.Frozen):
    """What pack() gave: in another process it is the value again."""

    __slots__ = ()

    def __reduce__(self) -> tuple[object, ...]:
        return loads, self._fields


_core.seal(Packed)
