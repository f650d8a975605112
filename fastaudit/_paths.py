"""Path entries of a policy: what a user writes to the one text a policy keeps.

The text of a root is its canonical path, with the characters `*?[` escaped as in `glob.escape`; that of
a pattern is its canonical fixed part, escaped, and the rest as written.
"""

from __future__ import annotations

import os
import sys

from . import _core
from ._errors import PolicyError
from ._spelling import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_ENCODING = sys.getfilesystemencoding()
_ERRORS = sys.getfilesystemencodeerrors()
_LONGEST = 4096  # bytes: the longest path that the system takes


def read_paths(keyword: str, entries: Iterable[object], base: str) -> list[str]:
    """Normalise path entries; `base` is the absolute folder of relative ones."""
    texts = []
    given = []  # the entries that are no patterns …
    spelled = []  # … and their absolute names
    for entry in entries:
        text = entry if type(entry) is str else _plain_text(keyword, entry)
        if not text or len(text) > _LONGEST or "\0" in text:
            raise PolicyError(f"{keyword}: {shown(entry)} {_why_no_path(text)}")
        if text[0] == "~":
            text = _beneath_home(keyword, text)
        if "*" in text or "?" in text or "[" in text:
            texts.append(_pattern(keyword, text, base))
            continue
        texts.append("")
        given.append(entry)
        spelled.append(text if text[0] == "/" else f"{base}/{text}")
    # Together, because one look tells much of a neighbour.
    roots = [
        escape(found or _resolved_alone(keyword, entry, text))
        for entry, text, found in zip(given, spelled, _core.resolve_many(spelled), strict=True)
    ]
    if len(roots) == len(texts):
        return roots
    following = iter(roots)
    return [text or next(following) for text in texts]


def _resolved_alone(keyword: str, entry: object, text: str) -> str:
    try:
        found = _core.resolve(text.encode(_ENCODING, _ERRORS)).decode(_ENCODING, _ERRORS)
    except (OSError, UnicodeError) as error:
        raise _unresolved(keyword, entry, error) from None
    if not found:
        raise PolicyError(f"{keyword}: {shown(entry)} leads to nothing that has a path")
    return found


def resolved(keyword: str, text: str, base: str, *, follow: bool = True) -> str:
    """Give the canonical path of one place; `follow=False` keeps a link in its last name."""
    if not text or len(text) > _LONGEST or "\0" in text:
        raise PolicyError(f"{keyword}: {shown(text)} {_why_no_path(text)}")
    if text[0] == "~":
        text = _beneath_home(keyword, text)
    try:
        raw = os.path.join(base, text).encode(_ENCODING, _ERRORS)
        return _core.resolve(raw, follow).decode(_ENCODING, _ERRORS)
    except (OSError, UnicodeError) as error:
        raise _unresolved(keyword, text, error) from None


def base_folder(base: object) -> str:
    """Give the absolute path of the folder beneath which relative entries lie."""
    if base is None:
        try:
            return os.getcwd()
        except OSError as error:
            raise PolicyError(f"base: the current directory has no path: {error.strerror}") from None
    text = base if type(base) is str else _plain_text("base", base)
    if not text or "\0" in text or len(text) > _LONGEST:
        raise PolicyError(f"base: {shown(base)} {_why_no_path(text)}")
    if text[0] == "~":
        text = _beneath_home("base", text)
    return text if text[0] == "/" else os.path.join(base_folder(None), text)


def escape(path: str) -> str:
    """Spell a path so that it is no pattern."""
    if "[" not in path and "*" not in path and "?" not in path:
        return path
    return path.replace("[", "[[]").replace("*", "[*]").replace("?", "[?]")


def unescape(text: str) -> str | None:
    """Give the literal path of an escaped text; None for one that holds a wildcard."""
    if "*" not in text and "?" not in text and "[" not in text:
        return text
    literal = text.replace("[*]", "\0s").replace("[?]", "\0q").replace("[[]", "\0b")
    if "*" in literal or "?" in literal or "[" in literal:
        return None
    return literal.replace("\0s", "*").replace("\0q", "?").replace("\0b", "[")


def encoded(text: str) -> bytes:
    """Give the bytes that the system knows a path by."""
    return text.encode(_ENCODING, _ERRORS)


def _plain_text(keyword: str, entry: object) -> str:
    """Convert an entry once, to exactly a str: a subclass may show another text at every look."""
    if isinstance(entry, os.PathLike):
        entry = os.fspath(entry)
    if isinstance(entry, str):
        return str.__str__(entry)
    if isinstance(entry, bytes):
        return bytes.decode(entry, _ENCODING, _ERRORS)
    raise TypeError(f"{keyword}: a path is a str, bytes or os.PathLike, not {type(entry).__name__}: {shown(entry)}")


def _why_no_path(text: str) -> str:
    if not text:
        return "is empty; the base folder itself is '.'"
    if "\0" in text:
        return "holds a NUL, which no path can"
    return "is longer than any path"


def _unresolved(keyword: str, entry: object, error: OSError | UnicodeError) -> PolicyError:
    why = error.strerror if isinstance(error, OSError) else "it is no text that a path can be"
    return PolicyError(f"{keyword}: {shown(entry)} cannot be resolved: {why}")


def _beneath_home(keyword: str, text: str) -> str:
    expanded = os.path.expanduser(text)
    if expanded[0] != "/":
        raise PolicyError(f"{keyword}: {shown(text)}: no such user, or no home; './~…' is a name that begins so")
    return expanded


def _pattern(keyword: str, text: str, base: str) -> str:
    """Normalise an entry with wildcards; one whose wildcards are all escaped is a root."""
    if text.startswith("**/"):
        rest = [part for part in text.split("/") if part not in ("", ".")]
        if all(part == "**" for part in rest):
            raise PolicyError(f"{keyword}: {shown(text)} names nothing; everything is '/'")
        _check_parts(keyword, text, rest)
        return _readable(keyword, text, "/".join(rest))
    parts = text.split("/")
    fixed = "" if text[0] == "/" else base
    while parts:
        literal = unescape(parts[0])
        if literal is None:
            break
        del parts[0]
        fixed = f"{fixed}/{literal}"
    root = escape(resolved(keyword, fixed or "/", base))
    rest = [part for part in parts if part not in ("", ".")]
    if not rest:
        return root
    _check_parts(keyword, text, rest)
    return _readable(keyword, text, f"{'' if root == '/' else root}/{'/'.join(rest)}")


def _readable(keyword: str, text: str, pattern: str) -> str:
    try:
        _core.check_pattern(encoded(pattern))
    except ValueError as error:
        raise PolicyError(f"{keyword}: {shown(text)} is no pattern: {error}") from None
    return pattern


def _check_parts(keyword: str, text: str, parts: list[str]) -> None:
    for part in parts:
        if part == "..":
            raise PolicyError(f"{keyword}: {shown(text)}: '..' after a wildcard leads nowhere in particular")
        if "**" in part and part != "**":
            raise PolicyError(
                f"{keyword}: {shown(text)}: '**' stands alone between slashes, as in '**/{part.replace('**', '*')}'"
            )
        trouble = _class_trouble(part)
        if trouble:
            raise PolicyError(f"{keyword}: {shown(text)}: {trouble}")


def _class_trouble(part: str) -> str:
    """Say what is wrong with the `[…]` of a component, if anything is."""
    at = part.find("[")
    while at >= 0:
        start = at + 2 if part[at + 1 : at + 2] == "!" else at + 1
        end = part.find("]", start + 1)
        if end < 0:
            return "'[' without ']'; a name that holds one is written '[[]'"
        inner = part[start:end]
        for i in range(1, len(inner) - 1):
            if inner[i] == "-" and inner[i - 1] > inner[i + 1]:
                return f"the range {inner[i - 1 : i + 2]!r} is reversed"
        at = part.find("[", end)
    return ""
