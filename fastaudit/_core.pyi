"""The types of the C core, written once."""

from collections.abc import Sequence
from typing import Any, Self, final

RIGHTS: tuple[str, ...]
EVENTS: tuple[str, ...]
GUARDED_MODULES: frozenset[str]

class Frozen:
    """A value that nothing can change, `object.__setattr__` included."""

    _fields: Any  # read-only
    _ruleset: Any  # read-only
    _unfound: tuple[str, ...]  # read-only
    def __new__(cls, fields: tuple[Any, ...], ruleset: Ruleset | None, unfound: tuple[str, ...], /) -> Self: ...

def seal(cls: type[Frozen], /) -> None:
    """Make a class of frozen values immutable itself."""

@final
class Ruleset:
    """A compiled policy. Immutable: share it between threads and tasks."""

    def __new__(
        cls,
        *,
        name: str,
        allow: int,
        deny: int,
        paths: Sequence[tuple[bytes, int, int, int, int, str]],
        addresses: Sequence[tuple[int, bool, bool, str]],
        commands: Sequence[tuple[bool, bool, str, bytes | None, bytes | None, tuple[str, ...], bool, str]],
        imports: Sequence[tuple[bool, str]] | None,
        natives: Sequence[tuple[bool, str]] | None,
        env: Sequence[tuple[bool, str]],
        events: Sequence[tuple[bool, str]],
        unknown: bool,
    ) -> Self: ...
    @staticmethod
    def both(a: Ruleset, b: Ruleset, /) -> Ruleset: ...
    def decide(self, event: str, args: tuple[object, ...], /) -> tuple[str, str, str, str | None]:
        """Judge one event: outcome, reason, right, rule. Records nothing, raises no denial."""

def resolve(path: bytes, follow: bool = True, /) -> bytes:
    """Give the canonical path that the kernel would reach; raises OSError."""

def check_address(text: str, port_optional: bool = False, /) -> None:
    """Raise ValueError with one clear sentence when the text is no address."""
