"""A policy as its user wrote it: what it grants and what it denies (DESIGN 4)."""

import os
import shlex
import sys
from dataclasses import dataclass, field, replace

from reference import addresses, paths
from reference.places import place
from reference.python import Python, look
from reference.table import FILES, GROUP, NETWORK, SWITCHES

ALL_RIGHTS = (*FILES, *NETWORK, *SWITCHES, "run", "imports", "native", "env")


@dataclass(frozen=True)
class Command:
    """A rule of `run`: the program that its name means on this host, and a pattern for each argument."""

    name: str
    place: bytes | None  # canonical folder and last name; None: this host does not have it
    target: bytes | None  # what it leads to
    arguments: tuple[str, ...]
    open_ended: bool


@dataclass(frozen=True)
class Side:
    """One half of a policy: what is granted, or what is denied."""

    whole: frozenset = frozenset()  # rights
    places: frozenset = frozenset()  # (right, Place)
    addresses: frozenset = frozenset()  # (right, addresses.Entry)
    commands: tuple = ()
    imports: tuple | None = None  # None: nothing was said
    natives: tuple | None = None
    env: tuple = ()
    events: tuple = ()  # names, and prefixes that end in .*

    def __or__(self, other):
        return Side(
            self.whole | other.whole,
            self.places | other.places,
            self.addresses | other.addresses,
            self.commands + other.commands,
            _either(self.imports, other.imports),
            _either(self.natives, other.natives),
            self.env + other.env,
            self.events + other.events,
        )

    def names_event(self, event):
        return any(event == name or (name.endswith(".*") and event.startswith(name[:-1])) for name in self.events)

    def says_anything_of(self, right):
        """Whether a right is in this half at all, for whatever operand."""
        lists = {"run": self.commands, "imports": self.imports, "native": self.natives, "env": self.env}
        return (
            right in self.whole
            or any(word == right for word, _ in (*self.places, *self.addresses))
            or bool(lists.get(right))
        )


@dataclass(frozen=True)
class Part:
    """One policy that stands alone."""

    grants: Side = field(default_factory=Side)
    denies: Side = field(default_factory=Side)
    python: Python = field(default_factory=look)  # as it was when the policy was made

    for_one_event: bool = False  # what is granted whole here is so for that event alone

    @property
    def unrestricted(self):
        """Whether every right was granted whole: memory written as a file, too."""
        return self.grants.whole >= set(ALL_RIGHTS) and not self.for_one_event

    def granting_everything(self):
        """The same for an event that was granted by its name. Every denial holds."""
        return replace(
            self, grants=self.grants | Side(whole=frozenset(ALL_RIGHTS)), for_one_event=not self.unrestricted
        )


def _either(mine, other):
    if mine is None or other is None:
        return other if mine is None else mine
    return mine + other


def policy(keywords):
    """Read a policy: the keywords of Policy, with `deny` as a dict of the keywords of Deny."""
    said = {word: value for word, value in keywords.items() if value is not None}
    deny = dict(said.pop("deny", {}))
    allow = said.pop("allow", ())
    said.pop("name", None)
    base = _base(said.pop("base", None))
    grants, off = _side(said, base)
    denied, _ = _side(
        {word: value for word, value in deny.items() if word not in ("base", "rights")}, _base(deny.get("base"))
    )
    grants = _with_names(grants, allow)
    denied = _with_names(denied, deny.get("rights", ()))
    return Part(grants, denied | Side(whole=off))


def either(a, b):
    """`p | q`: the grants of both and the denials of both."""
    return Part(a.grants | b.grants, a.denies | b.denies)


def _with_names(side, names):
    rights = {right for name in names if "." not in name for right in GROUP.get(name, (name,)) if right in ALL_RIGHTS}
    events = tuple(name for name in names if name not in ALL_RIGHTS and name not in GROUP)
    return replace(side, whole=side.whole | rights, events=events)


def _side(said, base):
    """What the keywords of rights say; a right's own keyword wins over the group."""
    whole, off, listed = set(), set(), {}
    for word in sorted(said, key=lambda word: word not in GROUP):
        value = said[word]
        for right in GROUP.get(word, (word,)):
            assert right in ALL_RIGHTS, right
            if value is True:
                whole.add(right)
                off.discard(right)
            elif value is False:
                off.add(right)
                whole.discard(right)
                listed.pop(right, None)
            else:
                off.discard(right)
                listed.setdefault(right, []).extend(value)
    return (
        Side(
            whole=frozenset(whole),
            places=frozenset((right, place(entry, base)) for right in FILES for entry in listed.get(right, ())),
            addresses=frozenset(
                (right, addresses.entry(entry, right, base)) for right in NETWORK for entry in listed.get(right, ())
            ),
            commands=tuple(rule for entry in listed.get("run", ()) for rule in commands(entry, base)),
            imports=tuple(listed["imports"]) if "imports" in listed else None,
            natives=tuple(listed["native"]) if "native" in listed else None,
            env=tuple(listed.get("env", ())),
        ),
        frozenset(off),
    )


def _base(base):
    return os.getcwdb() if base is None else os.path.join(os.getcwdb(), os.path.expanduser(os.fsencode(base)))


def commands(entry, base):
    """Read a command: the program is looked up here and now; `sh` is also the one that CPython starts."""
    words = shlex.split(entry)
    name = sys.executable if words[0] == "{python}" else words[0]
    open_ended = len(words) > 1 and words[-1] == "*"
    arguments = tuple(words[1 : -1 if open_ended else None])
    found = {_program(name, base)}
    if name == "sh":
        found.add("/bin/sh")
    for file in found - {None} or {None}:
        spot = target = None
        if file is not None:
            spot = paths.canonical(os.fsencode(file), follow=False)
            target = paths.canonical(spot, follow=True)
            name = os.fsdecode(spot) if "/" in words[0] else name
        yield Command(name, spot, target, arguments, open_ended)


def _program(name, base):
    if "/" in name:
        choices = [os.path.join(os.fsdecode(base), name)]
    else:
        choices = [os.path.join(folder, name) for folder in os.get_exec_path() if folder]
    return next((path for path in choices if os.access(path, os.X_OK) and not os.path.isdir(path)), None)
