"""What Policy and Deny share: values that nothing can change, and that show as the call that makes them."""

from __future__ import annotations

from . import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from typing import Any, Self

    StrPath = str | bytes | os.PathLike[str] | os.PathLike[bytes]
    Paths = Iterable[StrPath] | bool | None
    Names = Iterable[str] | bool | None
    Switch = bool | None

_REPR_ENTRIES = 40  # entries of one list that a repr shows


class Value(_core.Frozen):
    """What Policy and Deny share: a value that nothing can change, made of `_fields`."""

    __slots__ = ()

    def __init_subclass__(cls, **options: object) -> None:
        if Value not in cls.__bases__:
            raise TypeError(f"{cls.__bases__[0].__name__} cannot be subclassed")
        super().__init_subclass__(**options)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self


_core.seal(Value)


def call(name: str, spelled: dict[str, Any]) -> str:
    return f"{name}({', '.join(f'{word}={_entries(value)}' for word, value in spelled.items())})"


def _entries(value: object) -> str:
    if isinstance(value, list) and len(value) > _REPR_ENTRIES:
        return f"[{', '.join(map(repr, value[:_REPR_ENTRIES]))}, ...]"
    return repr(value)
