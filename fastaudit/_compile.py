"""A policy in normal form to the ruleset that the C core judges by."""

from __future__ import annotations

import os
import sys

from . import _core, _python_rules
from . import _python_needs as needs
from ._commands import command_rows
from ._paths import encoded, unescape
from ._python_rules import PATTERN, ROOT
from ._rules import BIT, EVERY_RIGHT, GRANTED_UNSET, MASK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from ._commands import CommandRow
    from ._grants import Grants, Grouped, Texts
    from ._python_rules import PathRow

    AddressRow = tuple[int, bool, bool, str]
    NameRow = tuple[bool, str]

_NEWEST_KNOWN = (3, 15)  # the catalogue of events holds what Pythons up to this one raise


def ruleset(name: str, off: int, allow: Grants, deny: Grants) -> tuple[_core.Ruleset, tuple[str, ...]]:
    """Compile one policy; gives the names of commands that this host does not have, too."""
    commands = [
        *(row for rule in allow[3] for row in command_rows(rule)),
        *(row for rule in deny[3] for row in command_rows(rule, deny=True)),
    ]
    brought = [needs.BRINGS[module] for module in allow[4] or () if module in needs.BRINGS]
    unfound = tuple(sorted({row[2] for row in commands if row[3] is None}))
    made = _core.Ruleset(
        name=name,
        allow=allow[0] | (GRANTED_UNSET & ~off),
        deny=deny[0] | off,
        paths=[
            *_memory_rows(allow),
            *_rows_of_paths(allow[1], deny=False),
            *_rows_of_paths(deny[1], deny=True),
        ],
        addresses=[*_rows_of_addresses(allow[2], deny[2]), *_quiet_addresses()],
        commands=[*commands, *_quiet_commands()],
        imports=_rows_of_modules(
            allow[4],
            deny[4],
            (*sorted(_importable()), *needs.MODULES, *(module for modules, _ in brought for module in modules)),
        ),
        natives=[*((False, text) for text in allow[5] or ()), *((True, text) for text in deny[5] or ())],
        env=[*((False, text) for text in allow[6]), *((True, text) for text in deny[6])],
        events=[
            *((False, text) for _, events in brought for text in events),
            *((False, text) for text in allow[7]),
            *((True, text) for text in deny[7]),
        ],
        unknown=sys.version_info[:2] <= _NEWEST_KNOWN,
        common=_python_rules.ruleset(),
    )
    return made, unfound


def _rows_of_paths(groups: Grouped, *, deny: bool) -> Iterator[PathRow]:
    for mask, texts in groups:
        allowed, denied = (0, mask) if deny else (mask, 0)
        for text in texts:
            literal = unescape(text)
            if literal is None:
                yield encoded(text), PATTERN, allowed, denied, 0, text
            else:
                yield encoded(literal), ROOT, allowed, denied, 0, text


def _memory_rows(allow: Grants) -> Iterator[PathRow]:
    """Yield denials for memory written as a file: it undoes the guard, so it is granted by name alone."""
    if allow[0] == EVERY_RIGHT:
        return
    named = [
        text
        for mask, texts in allow[1]
        if mask & MASK["write"]
        for text in texts
        if text.startswith(("/proc/", "/dev/"))
    ]
    for pattern, beginning in needs.MEMORY:
        if not any(text.startswith(beginning) for text in named):
            yield encoded(pattern), PATTERN, 0, MASK["write"], 0, pattern


def _rows_of_addresses(allow: Grouped, deny: Grouped) -> Iterator[AddressRow]:
    for groups, denied in ((allow, False), (deny, True)):
        for mask, texts in groups:
            for text in texts:
                yield mask, denied, False, text


def _quiet_addresses() -> Iterator[AddressRow]:
    for text in needs.QUIET_LISTEN:
        yield BIT["listen"], False, True, text
    for text in (*needs.QUIET_RESOLVE, os.uname().nodename.lower()):
        try:
            _core.check_address(text, True)
        except ValueError:
            continue  # a host may call itself something that no address can be
        yield BIT["resolve"], False, True, text


_quiet: tuple[object, tuple[CommandRow, ...]] | None = None


def _quiet_commands() -> tuple[CommandRow, ...]:
    """Look the commands up; again when the PATH or the current directory changed."""
    global _quiet
    key = os.environ.get("PATH"), _python_rules.current_folder()
    quiet = _quiet
    if quiet is None or quiet[0] != key:
        _quiet = quiet = key, tuple(row for text in needs.QUIET_COMMANDS for row in command_rows(text, quiet=True))
    return quiet[1]


def _rows_of_modules(allow: Texts | None, deny: Texts | None, always: Texts) -> list[NameRow] | None:
    """None stands for every module; with denials alone that is said by a star."""
    if allow is None and not deny:
        return None
    granted = ("*",) if allow is None else (*allow, *always)
    return [*((False, text) for text in granted), *((True, text) for text in deny or ())]


def _importable() -> frozenset[str]:
    """Name the standard library, but for what would undo the guard: that is granted by name alone."""
    return sys.stdlib_module_names - _core.GUARDED_MODULES
