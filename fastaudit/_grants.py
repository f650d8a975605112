"""What a policy grants or denies, in normal form: nested tuples that compare, hash and pickle as they are.

A list never repeats what `True` grants already, and no two spellings of one thing are kept apart.
"""

from __future__ import annotations

from ._commands import command
from ._entries import address, event, module, read_list, read_texts, variable
from ._errors import PolicyError
from ._paths import read_paths
from ._rules import BIT, MASK, RULES
from ._spelling import nearest, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Texts = tuple[str, ...]
    Grouped = tuple[tuple[int, Texts], ...]  # texts by the bit set of rights they have, both sorted
    # Rights granted whole; paths; addresses; commands; imports and native (None: unset); variables; events.
    Grants = tuple[int, Grouped, Grouped, Texts, Texts | None, Texts | None, Texts, Texts]

NOTHING: Grants = (0, (), (), (), None, None, (), ())

_CHECKS: dict[str, Callable[[str, str, str], str]] = {
    "addresses": address,
    "commands": command,
    "modules": module,
    "variables": variable,
}


def read_keywords(values: dict[str, object], base: str) -> tuple[Grants, int]:
    """Normalise the keywords of RULES; gives the grants and the rights that are switched off.

    A keyword of one right wins over the group `write`, which comes before it in RULES.
    """
    whole = off = 0
    paths: dict[str, int] = {}
    addresses: dict[str, int] = {}
    lists: dict[str, Texts] = {}
    for rule in RULES:
        value = values[rule.keyword]
        if value is None:
            continue
        mask = MASK[rule.keyword]
        if value is True:
            whole, off = whole | mask, off & ~mask
        elif value is False:
            whole, off = whole & ~mask, off | mask
            _take(paths, mask)
        elif rule.kind == "switch":
            kind = type(value).__name__
            raise TypeError(f"{rule.keyword} takes True or False, not {kind}: {shown(value)}")
        else:
            off &= ~mask
            entries = read_list(rule.keyword, value)
            if rule.kind == "paths":
                _add(paths, read_paths(rule.keyword, entries, base), mask)
                continue
            texts = read_texts(rule.keyword, entries, _CHECKS[rule.kind], base)
            if rule.kind == "addresses":
                _add(addresses, texts, mask)
            else:
                lists[rule.keyword] = tuple(sorted(set(texts)))
    return _normal(whole, paths, addresses, lists, ()), off


def read_allow(keyword: str, value: object) -> tuple[int, Texts]:
    """Read a list of right names and event names: the rights' bits, and the events."""
    whole = 0
    events = []
    for text in read_texts(keyword, read_list(keyword, value), _right_or_event, ""):
        if text in MASK:
            whole |= MASK[text]
        else:
            events.append(text)
    return whole, tuple(sorted(set(events)))


def with_allowed(grants: Grants, whole: int, events: Texts) -> Grants:
    """Add rights granted whole, and put `events` in the place of those that were there."""
    if not whole:
        return (*grants[:7], events)
    paths, addresses, lists, _ = _open(grants)
    return _normal(grants[0] | whole, paths, addresses, lists, events)


def exchanged(old: Grants, new: Grants, rights: int) -> Grants:
    """Take some rights from `new`, all the others and the events from `old`."""
    if old == NOTHING:
        return new
    keep = ~rights
    whole, paths, addresses, commands, imports, native, env, events = old
    kept = (
        whole & keep,
        tuple((mask & keep, texts) for mask, texts in paths if mask & keep),
        tuple((mask & keep, texts) for mask, texts in addresses if mask & keep),
        new[3] if rights & BIT["run"] else commands,
        new[4] if rights & BIT["imports"] else imports,
        new[5] if rights & BIT["native"] else native,
        new[6] if rights & BIT["env"] else env,
        events,
    )
    more = (new[0], new[1], new[2], *kept[3:])
    return united(kept, more)


def united(a: Grants, b: Grants) -> Grants:
    """Give what either has. Modules that one leaves unset and the other lists are those listed."""
    paths, addresses, lists, events = _open(a)
    more_paths, more_addresses, more_lists, more_events = _open(b)
    for into, more in ((paths, more_paths), (addresses, more_addresses)):
        for text, mask in more.items():
            into[text] = into.get(text, 0) | mask
    for keyword, texts in more_lists.items():
        lists[keyword] = tuple(sorted({*lists.get(keyword, ()), *texts}))
    return _normal(a[0] | b[0], paths, addresses, lists, tuple(sorted({*events, *more_events})))


def granted_bits(grants: Grants) -> int:
    """Give the rights of which something is granted."""
    whole, paths, addresses, commands, imports, native, env, _ = grants
    bits = whole
    for mask, _texts in (*paths, *addresses):
        bits |= mask
    for keyword, texts in (
        ("run", commands),
        ("imports", imports),
        ("native", native),
        ("env", env),
    ):
        bits |= BIT[keyword] if texts else 0
    return bits


def keywords(grants: Grants) -> dict[str, bool | list[str]]:
    """Spell grants as the keywords that make them; events are left to the caller."""
    whole, paths, addresses, commands, imports, native, env, _ = grants
    spelled: dict[str, bool | list[str]] = {}
    found: dict[str, list[str]] = {}
    for mask, texts in (*paths, *addresses):
        for word in words(mask):
            found.setdefault(word, []).extend(texts)
    for word, entries in found.items():
        spelled[word] = sorted(entries)
    if commands:
        spelled["run"] = list(commands)
    if imports is not None:
        spelled["imports"] = list(imports)
    if native is not None:
        spelled["native"] = list(native)
    if env:
        spelled["env"] = list(env)
    for word in words(whole):
        spelled[word] = True
    return {rule.keyword: spelled[rule.keyword] for rule in RULES if rule.keyword in spelled}


def words(rights: int) -> list[str]:
    """Spell a bit set of rights: `write` where all of that group are in it."""
    group = MASK["write"]
    spelled = ["write"] if rights & group == group else []
    if spelled:
        rights &= ~group
    return [*spelled, *(right for right in BIT if rights & BIT[right])]


def _right_or_event(keyword: str, text: str, base: str) -> str:
    return text if text in MASK else event(keyword, text, base)


def _add(into: dict[str, int], texts: Iterable[str], mask: int) -> None:
    get = into.get
    for text in texts:
        into[text] = get(text, 0) | mask


def _take(paths: dict[str, int], mask: int) -> None:
    for text in paths:
        paths[text] &= ~mask


def _open(grants: Grants) -> tuple[dict[str, int], dict[str, int], dict[str, Texts], Texts]:
    """Take a normal form apart, so that it can be added to."""
    _, paths, addresses, commands, imports, native, env, events = grants
    lists = {"run": commands, "env": env}
    if imports is not None:
        lists["imports"] = imports
    if native is not None:
        lists["native"] = native
    return _ungrouped(paths), _ungrouped(addresses), lists, events


def _ungrouped(groups: Grouped) -> dict[str, int]:
    return {text: mask for mask, texts in groups for text in texts}


def _normal(
    whole: int,
    paths: dict[str, int],
    addresses: dict[str, int],
    lists: dict[str, Texts],
    events: Texts,
) -> Grants:
    """Build the normal form: no list holds what is granted whole."""
    return (
        whole,
        _grouped(paths, whole),
        _grouped(addresses, whole),
        () if whole & BIT["run"] else lists.get("run", ()),
        None if whole & BIT["imports"] else lists.get("imports"),
        None if whole & BIT["native"] else lists.get("native"),
        () if whole & BIT["env"] else lists.get("env", ()),
        events,
    )


def _grouped(texts: dict[str, int], whole: int) -> Grouped:
    groups: dict[int, list[str]] = {}
    for text, mask in texts.items():
        mask &= ~whole
        if mask:
            groups.setdefault(mask, []).append(text)
    return tuple((mask, tuple(sorted(groups[mask]))) for mask in sorted(groups))


def unknown_keyword(owner: str, word: str, known: Iterable[str]) -> PolicyError:
    """Say that a keyword is none, and which one was probably meant."""
    return PolicyError(f"{owner} has no key {shown(word)}{nearest(word, known)}")
