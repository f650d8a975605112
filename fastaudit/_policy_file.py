"""A policy from a TOML file: the keywords of Policy as keys, `deny` as a table, one policy a file."""

from __future__ import annotations

import errno
import os

from ._deny import Deny
from ._errors import PolicyError
from ._parts import KEYWORDS
from ._policy import Policy
from ._rules import RULE
from ._spelling import nearest, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, BinaryIO

    from ._frozen import StrPath

_LARGEST = 64 * 2**20  # bytes; 200,000 roots take about ten million

_DENY_KEYS = (*RULE, "rights")


def load(file: StrPath) -> Policy:
    """Read a policy file; see `Policy.load`."""
    path = os.fsdecode(file)
    text = _read(path)
    table = _parse(path, text)
    _check_keys(path, text, table, "", KEYWORDS)
    denied = table.pop("deny", None)
    if isinstance(denied, dict):
        _check_keys(path, text, denied, "deny.", _DENY_KEYS)
    try:
        base = _base(path, table.pop("base", None))
        if denied is not None:
            table["deny"] = _deny(denied, base)
        return Policy(base=base, **table)
    except (PolicyError, TypeError) as error:
        raise PolicyError(f"{path}{_line_of_message(text, str(error))}: {error}") from None


def _read(path: str) -> str:
    if "\0" in path:
        raise PolicyError(f"{shown(path)}: holds a NUL, which no path can")
    if os.path.isdir(path):
        raise PolicyError(f"{path}: is a directory, not a policy file")
    try:
        with open(path, "rb") as stream:
            data = b"".join(_pieces(stream))
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        raise PolicyError(f"{shown(path)}: is longer than any path") from None
    if len(data) > _LARGEST:
        raise PolicyError(f"{path}: is larger than any policy file")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        raise PolicyError(f"{path}, line {line}: is not UTF-8: byte 0x{byte:02x}") from None


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """Read no more than it takes to see that a file is too large; asking for that at once would allocate it."""
    left = _LARGEST + 1
    while left > 0 and (piece := stream.read(min(left, 2**20))):
        yield piece
        left -= len(piece)


def _parse(path: str, text: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{path}: is not TOML: {error}") from None
    except RecursionError:
        raise PolicyError(f"{path}: is nested too deeply") from None


def _check_keys(path: str, text: str, table: dict[str, Any], section: str, known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            line = _line_of(text, key, section)
            raise PolicyError(f"{path}{line}: no policy has a key {shown(section + key)}{nearest(key, known)}")


def _base(path: str, base: object) -> str:
    """Give the folder of relative paths: the file's own, unless the file names one."""
    folder = os.path.dirname(os.path.abspath(path))
    if base is None:
        return folder
    if not isinstance(base, str):
        raise TypeError(f"base takes a path, not {type(base).__name__}: {shown(base)}")
    return os.path.join(folder, os.path.expanduser(base)) if base else base


def _deny(table: object, base: str) -> Deny:
    if not isinstance(table, dict):
        kind = type(table).__name__
        raise TypeError(f"deny takes a table of keys like read, not {kind}: {shown(table)}")
    try:
        return Deny(base=base, **table)
    except TypeError as error:
        raise TypeError(f"deny: {error}") from None


def _line_of_message(text: str, message: str) -> str:
    """Say on which line the key stands that a message begins with."""
    section, rest = ("deny.", message[6:]) if message.startswith("deny: ") else ("", message)
    return _line_of(text, rest.replace(":", " ").split(" ", 1)[0], section)


def _line_of(text: str, key: str, section: str) -> str:
    """Say on which line a key of a section stands, where a look at the line beginnings can tell."""
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped.strip("[] \t") + "."
        name = stripped.split("=", 1)[0].strip().replace("'", "").replace('"', "")
        if "=" in stripped and name in (f"{section}{key}", *([key] if inside == section else [])):
            return f", line {number}"
    return ""
