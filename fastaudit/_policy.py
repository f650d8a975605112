"""Policy: a frozen value that says what code may do."""

from __future__ import annotations

from . import _core
from ._compile import ruleset
from ._deny import Deny
from ._frozen import Value, call
from ._parts import EMPTY, KEYWORDS, changed, joined, refuse_unknown, spelled_part
from ._python_rules import code_folders
from ._rules import RULE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Never, Self, final

    from ._frozen import Names, Paths, StrPath, Switch
    from ._parts import Part
else:

    def final(cls):
        return cls


@final
class Policy(Value):
    """
    What code may do: a value, built once and shared by any number of scopes and threads.

    ``Policy()`` allows the running of Python itself and nothing else; every keyword adds to that.
    Lists hold paths (`read` to `link`), addresses (`connect`, `listen`, `resolve`), commands (`run`),
    module names (`imports`, `native`) or variables (`env`). ``True`` grants all of a right, ``False``
    closes also what running Python includes. `write` is create, modify, delete, metadata and link; it
    does not include `read`.

    ``p & q`` allows what both allow, ``p | q`` has the grants of both and the denials of both.

    Args:
        name: What messages call the policy.
        base: The folder beneath which relative paths lie; the current one unless given.
        allow: Rights by name, and audit events by name or prefix: ``["threads", "mylib.*"]``.
        deny: What is refused whatever grants it.

    Raises:
        PolicyError: If a keyword or an entry is none; names the nearest valid spelling.
        TypeError: If a value has a wrong type, like a bare string for a list.

    Example:
        >>> Policy(read=["/srv/templates"], connect=["api.example.com:443"], deny=Deny(read=["**/.env"]))
        Policy(read=['/srv/templates'], connect=['api.example.com:443'], deny=Deny(read=['**/.env']))
    """

    __slots__ = ()
    __module__ = "fastaudit"

    def __new__(
        cls,
        *,
        name: str = "",
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
        allow: Iterable[str] | None = None,
        deny: Deny | None = None,
        **unknown: Never,
    ) -> Self:
        values = dict(locals())
        refuse_unknown(unknown)
        return cls._of((changed(EMPTY, values),))

    @classmethod
    def _of(cls, parts: tuple[Part, ...], before: Policy | None = None) -> Self:
        """Make a policy of parts that are all in force; those of *before* come first, and are compiled."""
        rules, unfound = (None, ()) if before is None else (before._ruleset, before._unfound)
        for part in parts[0 if before is None else len(before._parts) :]:
            more, names = ruleset(*part)
            rules = more if rules is None else _core.Ruleset.both(rules, more)
            unfound = (*unfound, *names)
        return super().__new__(cls, parts, rules, tuple(dict.fromkeys(unfound)))

    @classmethod
    def load(cls, file: StrPath) -> Policy:
        """Read a policy from a TOML file; relative paths in it lie beneath the file's folder.

        Its keys are the keywords of this class; `deny` is a table.

        Raises:
            PolicyError: If the file says something impossible; names file, line and key.
            OSError: If it cannot be read.
        """
        from ._policy_file import load

        return load(file)

    @classmethod
    def offline(cls) -> Policy:
        """All files, no network.

        Allows reading every file, and writing every one but those of installed Python code;
        changing directory, umask and limits; forking. Refuses sockets, look-ups and commands,
        which could reach the network by themselves.
        """
        return cls(
            name="offline",
            read=True,
            write=True,
            fork=True,
            cwd=True,
            umask=True,
            limits=True,
            deny=Deny(write=code_folders()),
        )

    @classmethod
    def readonly(cls) -> Policy:
        """All files to read, none to write. Refuses network and commands."""
        return cls(name="readonly", read=True)

    @classmethod
    def workspace(cls, path: StrPath, /) -> Policy:
        """One folder to read and write in, and to change into.

        Refuses all other files, network, commands, and writing where a virtual environment in that
        folder keeps installed code.
        """
        within = cls(read=[path])._parts[0][2][1]
        root = within[0][1][0] if within else "/"
        code = [folder for folder in code_folders() if folder.startswith(f"{root.rstrip('/')}/")]
        return cls(
            name="workspace",
            read=[path],
            write=[path],
            cwd=True,
            deny=Deny(write=code) if code else None,
        )

    @classmethod
    def unrestricted(cls) -> Policy:
        """Everything, what undoes the guard included: to take away from with `deny`."""
        return cls(name="unrestricted", **dict.fromkeys(RULE, True))  # type: ignore[arg-type]

    @property
    def name(self) -> str:
        """What messages call the policy."""
        return " & ".join(part[0] for part in self._parts if part[0])

    @property
    def parts(self) -> tuple[Policy, ...]:
        """The policies that ``&`` put together; one that stands alone is its own only part."""
        return (self,) if len(self._parts) == 1 else tuple(Policy._of((part,)) for part in self._parts)

    @property
    def keywords(self) -> dict[str, Any]:
        """The arguments that make this policy again; paths are absolute."""
        return spelled_part(self._only_part("keywords"))

    def replace(self, **changes: Any) -> Policy:
        """Exchange keywords; `allow` exchanges the events and adds the rights that it names.

        Raises:
            TypeError: On ``p & q``, which has no keywords of its own.
        """
        part = self._only_part("replace")
        refuse_unknown(word for word in changes if word not in KEYWORDS)
        return Policy._of((changed(part, changes),))

    def __and__(self, other: object) -> Policy:
        if type(other) is not Policy:
            return NotImplemented
        return _met(self, other)

    def __or__(self, other: object) -> Policy:
        if type(other) is not Policy:
            return NotImplemented
        parts = (joined(mine, others) for mine in self._parts for others in other._parts)
        return Policy._of(tuple(dict.fromkeys(parts)))

    def __eq__(self, other: object) -> bool:
        if type(other) is not Policy:
            return NotImplemented
        return self._parts == other._parts or frozenset(self._parts) == frozenset(other._parts)

    def __hash__(self) -> int:
        return hash((Policy, frozenset(self._parts)))

    def __reduce__(self) -> tuple[object, ...]:
        return _remake, tuple(part.keywords for part in self.parts)

    def __repr__(self) -> str:
        text = " & ".join(call("Policy", part.keywords) for part in self.parts)
        return f"{text}  # not found on this host: {', '.join(self._unfound)}" if self._unfound else text

    @property
    def _parts(self) -> tuple[Part, ...]:
        parts: tuple[Part, ...] = self._fields
        return parts

    def _only_part(self, what: str) -> Part:
        if len(self._parts) != 1:
            raise TypeError(f"{what} needs a single policy, and this is {len(self._parts)} with '&': see its parts")
        return self._parts[0]


_core.seal(Policy)


def _met(a: Policy, b: Policy) -> Policy:
    """Put two policies in force together; what is in force already is not repeated."""
    more = tuple(part for part in b._parts if part not in a._parts)
    if not more:
        return a
    return Policy._of((*a._parts, *more), before=a)


def _remake(*parts: dict[str, Any]) -> Policy:
    """Make a policy from a pickle, as any other is made: checked."""
    made = Policy(**parts[0])
    for keywords_of_part in parts[1:]:
        made &= Policy(**keywords_of_part)
    return made
