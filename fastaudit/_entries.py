"""List entries of a policy that are no paths: addresses, commands, modules, variables, events."""

from __future__ import annotations

from . import _core
from ._errors import PolicyError
from ._paths import read_paths
from ._rules import BIT, RULES
from ._spelling import nearest, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LONGEST = 4096  # characters of an entry: more than any of them needs


def read_list(keyword: str, value: object) -> Iterable[object]:
    """Give the entries of a list as they came; one that is no list is a TypeError that says how."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return value
    if isinstance(value, (str, bytes, bytearray)) or hasattr(value, "__fspath__"):
        raise TypeError(f"{keyword} takes a list: {keyword}=[{shown(value)}]")
    if not isinstance(value, dict) and hasattr(value, "__iter__"):
        return list(value)
    raise TypeError(f"{keyword} takes a list, True or False, not {type(value).__name__}: {shown(value)}")


def read_texts(keyword: str, entries: Iterable[object], check: Callable[[str, str, str], str], base: str) -> list[str]:
    """Normalise entries that are texts, each by `check(keyword, text, base)`."""
    return [check(keyword, _exact(keyword, entry), base) for entry in entries]


def address(keyword: str, text: str, base: str) -> str:
    """Normalise `host:port`, a network or `unix:…`: lower-case ASCII, canonical socket paths."""
    if "://" in text:
        host = text.split("://", 1)[1].split("/", 1)[0]
        raise PolicyError(f"{keyword}: {shown(text)} is a URL; write {host + ('' if ':' in host else ':443')!r}")
    if text[:5].lower() == "unix:":
        path = text[5:]
        if path and not path.startswith("@"):
            path = read_paths(keyword, [path], base)[0]
        text = f"unix:{path}"
    elif text.isascii():
        text = text.lower()
    else:
        text = _in_ascii(keyword, text)
    try:
        _core.check_address(text, keyword == "resolve")
    except ValueError as error:
        raise PolicyError(f"{keyword}: {shown(text)}: {error}") from None
    return text


def module(keyword: str, text: str, base: str) -> str:
    """Check a dotted module name; `*` stands for any characters within a component."""
    parts = text.split(".")
    if all(part.replace("*", "_").isidentifier() or part == "*" for part in parts):
        return text
    if text.replace("-", "_").isidentifier():
        raise PolicyError(f"{keyword}: {shown(text)} is no module name; did you mean {text.replace('-', '_')!r}?")
    raise PolicyError(f"{keyword}: {shown(text)} is no module name, like 'numpy' or 'xml.*'")


def variable(keyword: str, text: str, base: str) -> str:
    """Check the name of an environment variable, or a pattern of names."""
    if "=" in text:
        name = text.split("=", 1)[0]
        raise PolicyError(f"{keyword}: {shown(text)} has a value; policies know names alone: {name!r}")
    return text


def event(keyword: str, text: str, base: str) -> str:
    """Check an event name, or a prefix of names that ends in `.*`."""
    stem = text[:-2] if text.endswith(".*") else text
    if not stem or "*" in stem or any(character.isspace() for character in stem):
        raise PolicyError(f"{keyword}: {shown(text)} is no event name, nor a prefix like 'mylib.*'")
    if text is stem and "." not in text and text not in _core.EVENTS:
        words = [*BIT, *(rule.keyword for rule in RULES), *_core.EVENTS]
        raise PolicyError(f"{keyword}: {shown(text)} is neither a right nor a known event{nearest(text, words)}")
    return text


def _exact(keyword: str, entry: object) -> str:
    """Convert an entry to exactly a str, and refuse what no entry can hold."""
    if not isinstance(entry, str):
        raise TypeError(f"{keyword}: an entry is a str, not {type(entry).__name__}: {shown(entry)}")
    text = str.__str__(entry)
    if not text.strip():
        raise PolicyError(f"{keyword}: {shown(text)} is empty")
    if "\0" in text:
        raise PolicyError(f"{keyword}: {shown(text)} holds a NUL")
    if len(text) > _LONGEST:
        raise PolicyError(f"{keyword}: {shown(text)} is too long")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PolicyError(f"{keyword}: {shown(text)} holds half a character") from None
    return text


# Characters that the two versions of the standard for host names spell differently: no rule may
# depend on which of the two a library has.
_AMBIGUOUS = "\u00df\u1e9e\u03c2\u200c\u200d"


def _in_ascii(keyword: str, text: str) -> str:
    """Spell a host name as look-ups do; `text` is `host` or `host:port`."""
    if any(character in _AMBIGUOUS for character in text):
        raise PolicyError(f"{keyword}: {shown(text)} has two spellings in ASCII; write the one you mean: 'xn--…'")
    host, colon, port = text.partition(":")
    star = host.startswith("*.")
    try:
        host = (host[2:] if star else host).encode("idna").decode().lower()
    except UnicodeError as error:
        raise PolicyError(f"{keyword}: {shown(text)} is no host name: {error}") from None
    return f"{'*.' if star else ''}{host}{colon}{port}"
