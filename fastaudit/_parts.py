"""One policy in normal form, a plain tuple: made, changed and joined."""

from __future__ import annotations

from ._deny import Deny
from ._errors import PolicyError
from ._grants import (
    NOTHING,
    exchanged,
    granted_bits,
    keywords,
    read_allow,
    read_keywords,
    united,
    unknown_keyword,
    with_allowed,
    words,
)
from ._paths import base_folder
from ._rules import MASK, RULE
from ._spelling import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from ._grants import Grants

    Part = tuple[str, int, Grants, Grants]  # name, rights switched off, what it grants, what it denies

EMPTY: Part = ("", 0, NOTHING, NOTHING)

KEYWORDS = ("name", "base", *RULE, "allow", "deny")


def refuse_unknown(unknown: Iterable[str]) -> None:
    for word in unknown:
        raise unknown_keyword("Policy", word, KEYWORDS)


def changed(part: Part, values: dict[str, Any]) -> Part:
    """Give the part with the keywords in `values` exchanged; those that are unset in it are unset."""
    name, off, grants, denied = part
    if "name" in values:
        name = _name(values["name"])
    rules = {keyword: values.get(keyword) for keyword in RULE}
    mask = 0
    for keyword in RULE:
        mask |= MASK[keyword] if keyword in values else 0
    if mask:
        more, more_off = read_keywords(rules, base_folder(values.get("base")))
        grants = exchanged(grants, more, mask)
        off = (off & ~mask) | more_off
    if "allow" in values:
        whole, events = (0, ()) if values["allow"] is None else read_allow("allow", values["allow"])
        if whole & off:
            word = words(whole & off)[0]
            raise PolicyError(f"allow: {word!r} is granted here and closed by {word}=False")
        grants = with_allowed(grants, whole, events)
    if "deny" in values:
        deny = values["deny"]
        if deny is not None and type(deny) is not Deny:
            raise TypeError(f"deny takes a Deny, as in deny=Deny(read=['**/.env']), not {type(deny).__name__}")
        denied = NOTHING if deny is None else deny._fields
    return name, off, grants, denied


def _name(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"name takes a str, not {type(value).__name__}: {shown(value)}")
    text = str.__str__(value)
    if "\0" in text or len(text) > 200 or not text.isprintable():
        raise PolicyError(f"name: {shown(text)} is not one short line of text")
    return text


def joined(a: Part, b: Part) -> Part:
    """Give the grants of both and the denials of both; what one closed and the other grants is denied."""
    names = dict.fromkeys(name for part in (a, b) for name in part[0].split(" | ") if name)
    grants = united(a[2], b[2])
    denied = united(a[3], b[3])
    off = a[1] | b[1]
    conflict = off & granted_bits(grants)
    if conflict:
        denied = with_allowed(denied, conflict, denied[7])
    return " | ".join(names), off & ~conflict, grants, denied


def spelled_part(part: Part) -> dict[str, Any]:
    """Spell a part as the arguments that make it again."""
    name, off, grants, denied = part
    spelled: dict[str, Any] = {"name": name} if name else {}
    spelled.update(keywords(grants))
    spelled.update(dict.fromkeys(words(off), False))
    spelled = {word: spelled[word] for word in ("name", *RULE) if word in spelled}
    if grants[7]:
        spelled["allow"] = list(grants[7])
    if denied != NOTHING:
        spelled["deny"] = Deny.of(denied)
    return spelled
