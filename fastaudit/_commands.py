"""Command rules: one pattern an argument, and the program that the name means on this host."""

from __future__ import annotations

import os
import sys

from . import _core
from ._errors import PolicyError
from ._paths import encoded, resolved
from ._spelling import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    # deny, quiet, name, place, target, argument patterns, open-ended, as written
    CommandRow = tuple[bool, bool, str, bytes | None, bytes | None, tuple[str, ...], bool, str]

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_*?[]{}!~^")


def command(keyword: str, text: str, base: str) -> str:
    """Normalise a rule: split as a shell would, quoted again the same way for everybody."""
    import shlex

    try:
        words = shlex.split(text)
    except ValueError as error:
        raise PolicyError(f"{keyword}: {shown(text)} cannot be split: {error}") from None
    if not words or not words[0]:
        raise PolicyError(f"{keyword}: {shown(text)} names no command")
    name = words[0]
    if name != "{python}":
        if name == "*":
            raise PolicyError(f"{keyword}: '*' is no command; every command is {keyword}=True")
        if any(character in name for character in "*?[{"):
            raise PolicyError(
                f"{keyword}: {shown(name)} is no command: its name is looked up once, so it can be no pattern"
            )
        if "/" in name:
            words[0] = resolved(keyword, name, base, follow=False)
    return " ".join(_quoted(word) for word in words)


def command_rows(text: str, *, deny: bool = False, quiet: bool = False) -> list[CommandRow]:
    """Look up what a normalised rule means on this host, now: one row, or two for `sh`."""
    import shlex

    words = shlex.split(text)
    name = sys.executable if words[0] == "{python}" else words[0]
    open_ended = len(words) > 1 and words[-1] == "*"
    patterns = tuple(words[1:-1] if open_ended else words[1:])
    found = [which(name)]
    if name == "sh":
        # CPython's own shell, whatever comes first on the PATH.
        found.append("/bin/sh" if os.access("/bin/sh", os.X_OK) else None)
    rows: dict[tuple[bytes | None, bytes | None], CommandRow] = {}
    for path in found:
        place = target = None
        if path is not None:
            try:
                place = _core.resolve(encoded(path), False)
                target = _core.resolve(place)
            except OSError:
                place = target = None
        rows[place, target] = (deny, quiet, name, place, target, patterns, open_ended, text)
    if len(rows) > 1:
        rows.pop((None, None), None)
    return list(rows.values())


def unfound(commands: Iterable[str]) -> list[str]:
    """Name the commands of normalised rules that this host does not have."""
    names = dict.fromkeys(rule.split(" ", 1)[0].strip("'") for rule in commands)
    return [name for name in names if name != "{python}" and which(name) is None]


def which(name: str) -> str | None:
    """Find a program as a shell would: the first executable file of that name on the PATH."""
    if "/" in name:
        return name if _is_program(name) else None
    for folder in os.get_exec_path():
        if folder and _is_program(path := os.path.join(folder, name)):
            return os.path.abspath(path)
    return None


def _is_program(path: str) -> bool:
    return os.access(path, os.X_OK) and not os.path.isdir(path)


def _quoted(word: str) -> str:
    if word and _PLAIN.issuperset(word):
        return word
    return "'" + word.replace("'", "'\"'\"'") + "'"
