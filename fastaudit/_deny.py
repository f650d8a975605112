"""Deny: the part of a policy that takes away."""

from __future__ import annotations

from . import _core
from ._errors import PolicyError
from ._frozen import Value, call
from ._grants import NOTHING, keywords, read_allow, read_keywords, unknown_keyword, with_allowed
from ._paths import base_folder
from ._rules import RULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Never, Self, final

    from ._frozen import Names, Paths, StrPath, Switch
    from ._grants import Grants
else:

    def final(cls):
        return cls


@final
class Deny(Value):
    """
    What a policy takes away, whatever grants it.

    Takes the keywords of :class:`Policy` that are rights: lists as there, or ``True`` for all of a
    right. `rights` takes, like `allow` there, rights by name and audit events by name or prefix.

    Example:
        >>> Deny(read=["**/.env"], imports=["ctypes"])
        Deny(read=['**/.env'], imports=['ctypes'])
    """

    __slots__ = ()
    __module__ = "fastaudit"

    def __new__(
        cls,
        *,
        base: StrPath | None = None,
        read: Paths = None,
        write: Paths = None,
        create: Paths = None,
        modify: Paths = None,
        delete: Paths = None,
        metadata: Paths = None,
        link: Paths = None,
        connect: Names = None,
        listen: Names = None,
        resolve: Names = None,
        socket: Switch = None,
        run: Names = None,
        fork: Switch = None,
        exec: Switch = None,
        signal: Switch = None,
        imports: Names = None,
        native: Names = None,
        env: Names = None,
        cwd: Switch = None,
        umask: Switch = None,
        limits: Switch = None,
        threads: Switch = None,
        interpreters: Switch = None,
        code: Switch = None,
        introspect: Switch = None,
        trace: Switch = None,
        hook: Switch = None,
        custom: Switch = None,
        rights: Iterable[str] | None = None,
        **unknown: Never,
    ) -> Self:
        values = dict(locals())
        for word in unknown:
            raise unknown_keyword("Deny", word, ("base", *RULE, "rights"))
        for keyword in RULE:
            if values[keyword] is False:
                raise PolicyError(f"deny: {keyword}=False takes nothing away; leave it out, or say True")
        try:
            grants, _ = read_keywords(values, base_folder(base))
            whole, names = (0, ()) if rights is None else read_allow("rights", rights)
        except PolicyError as error:
            raise PolicyError(f"deny: {error}") from None
        return cls.of(with_allowed(grants, whole, names))

    @classmethod
    def of(cls, grants: Grants) -> Self:
        return super().__new__(cls, grants, None, ())

    @property
    def keywords(self) -> dict[str, Any]:
        """The arguments that make this value again; paths are absolute."""
        spelled: dict[str, Any] = keywords(self._fields)
        if self._fields[7]:
            spelled["rights"] = list(self._fields[7])
        return spelled

    def __eq__(self, other: object) -> bool:
        if type(other) is not Deny:
            return NotImplemented
        return bool(self._fields == other._fields)

    def __hash__(self) -> int:
        return hash((Deny, self._fields))

    def __bool__(self) -> bool:
        return bool(self._fields != NOTHING)

    def __reduce__(self) -> tuple[object, ...]:
        return _remake_deny, (self.keywords,)

    def __repr__(self) -> str:
        return call("Deny", self.keywords)


_core.seal(Deny)


def _remake_deny(spelled: dict[str, Any]) -> Deny:
    return Deny(**spelled)
