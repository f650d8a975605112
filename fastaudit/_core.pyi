"""The types of the C core, written once."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self, final

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

def unpack(event: str, args: tuple[object, ...], /) -> dict[str, object]:
    """What the core reads from the arguments of an audit event. For tests."""

def check_address(text: str, port_optional: bool = False, /) -> None:
    """Raise ValueError with one clear sentence when the text is no address."""

class Location(NamedTuple):
    """A place in Python code; its str is 'file:line in function'."""

    file: str  # as its code object names it
    line: int  # 0 when it is not known
    function: str | None

class Violation(Exception):
    """
    An operation that a policy refused.

    Raised as `PermissionViolation` or `ImportViolation`, and made by fastaudit alone. The message is one
    line that says what was tried, which policy and rule refused it, where in your code, and the smallest
    change that would allow it. Secrets in it are redacted.
    """

    @property
    def event(self) -> str:
        """The audit event: 'open', 'socket.connect' …"""
    @property
    def right(self) -> str:
        """The right that was lacking: 'read', 'modify', 'connect' …"""
    @property
    def target(self) -> str | None:
        """What it was about: a canonical path, an address, a command line, a module, a variable's name."""
    @property
    def policy(self) -> str | None:
        """The name of the policy that refused."""
    @property
    def rule(self) -> str | None:
        """The rule that refused, as written; None when a grant was lacking."""
    @property
    def reason(self) -> str:
        """Why, as a fixed word: 'outside-root', 'denied' …"""
    @property
    def location(self) -> Location | None:
        """Where it was tried: the innermost place outside the standard library and fastaudit."""
    @property
    def origin(self) -> Location | None:
        """Where the refusing policy was entered; None for a policy of the whole process."""
    @property
    def suggestion(self) -> str | None:
        """The smallest change of the policy that would allow it, as keyword arguments to paste."""
    def json(self) -> str:
        """Give the attributes and the message as one line of JSON."""

@final
class PermissionViolation(Violation, PermissionError):
    """An operation that a policy refused, as the PermissionError (EACCES) that libraries expect."""

@final
class ImportViolation(Violation, ImportError):
    """An import that a policy refused, as the ImportError that libraries expect."""

def violation(
    import_error: bool, details: tuple[str | Location | None, ...], /
) -> PermissionViolation | ImportViolation:
    """Make a violation from its details; what pickles and copies call."""
