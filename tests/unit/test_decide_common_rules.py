"""Rules that many policies share say what they would as a policy's own."""

import gc
import io
import os
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastaudit import _core

BIT = {right: 1 << index for index, right in enumerate(_core.RIGHTS)}
FILES = sum(BIT[right] for right in ("read", "create", "modify", "delete", "metadata", "link"))
EVERYTHING = (1 << len(_core.RIGHTS)) - 1
ROOT, PATTERN, SOURCES, NAMES, HOME = 0, 1, 2, 3, 4


def ruleset(**rows):
    lists = {"paths": [], "addresses": [], "commands": [], "imports": None, "natives": None, "env": [], "events": []}
    return _core.Ruleset(**{"name": "p", "allow": 0, "deny": 0, "unknown": True, "common": None, **lists, **rows})


def allows(rules, event, *args):
    return rules.decide(event, args)[0] == "allow"


def imports(rules, module, file):
    return allows(rules, "import", module, file, None, None, None)


EVENTS = [
    ("os.rename", ("/srv/a", "/srv/b", -1, -1)),
    ("os.rename", ("/srv/b", "/srv/a/x", -1, -1)),
    ("os.link", ("/srv/a/x", "/srv/x", -1, -1)),
    ("os.symlink", ("/srv/a", "/srv/b/l", -1)),
    ("os.rmdir", ("/srv", -1)),
    ("os.listdir", ("/srv",)),
    ("os.listdir", ("/srv/a",)),
    ("open", ("/srv/a/x.py", "r", os.O_RDONLY)),
    ("open", ("/srv/a/x", "r", os.O_RDONLY)),
    ("open", ("/srv/b", "w", os.O_WRONLY | os.O_CREAT)),
    ("os.remove", ("/srv/a", -1)),
    ("import", ("fast", "/srv/a/fast.so", None, None, None)),
]
PLACES = [
    (path, kind, allow, deny, quiet, "row")
    for path, kind in (
        (b"/", ROOT), (b"/srv", ROOT), (b"/srv/a", ROOT), (b"/srv/a/x", ROOT), (b"/srv/b", ROOT), (b"/srv", SOURCES),
        (b"/srv/a", SOURCES | HOME), (b"/srv", NAMES), (b"**/x", PATTERN), (b"/srv/*/x", PATTERN),
    )
    for allow, deny, quiet in ((FILES, 0, 0), (0, FILES, 0), (BIT["read"], BIT["delete"], 0), (0, 0, BIT["read"]))
]  # fmt: skip


@settings(max_examples=600, deadline=None, derandomize=True)
@given(
    st.lists(st.sampled_from(PLACES), max_size=6),
    st.integers(0, 6),
    st.sampled_from([0, BIT["read"], EVERYTHING]),
    st.sampled_from([0, BIT["delete"]]),
    st.sampled_from([[], [(True, "os.listdir")]]),
)
def test_rules_say_the_same_whether_they_are_common_or_its_own(rows, own, allow, deny, events):
    rest = {"allow": allow, "deny": deny, "events": events}
    alone = ruleset(paths=rows, **rest)
    shared = ruleset(paths=rows[:own], common=ruleset(paths=rows[own:]), **rest)
    for event, args in EVENTS:
        assert shared.decide(event, args)[:3] == alone.decide(event, args)[:3], event


def test_native_code_is_loaded_from_the_homes_of_common_rules():
    home = [(b"/srv/home", ROOT | HOME, BIT["read"], 0, 0, "/srv/home")]
    for rules in (ruleset(paths=home), ruleset(common=ruleset(paths=home)), ruleset(paths=home, common=ruleset())):
        assert imports(rules, "fast", "/srv/home/fast.so")
        assert not imports(rules, "fast", "/srv/else/fast.so")


@pytest.mark.parametrize("odd", ["", 1, [], _core.Ruleset])
def test_common_rules_are_those_of_a_ruleset(odd):
    with pytest.raises(TypeError, match="expected a Ruleset, not"):
        ruleset(common=odd)


def test_common_rules_have_none_themselves():
    plain = ruleset()
    for odd in (ruleset(common=plain), _core.Ruleset.both(ruleset(), plain)):
        with pytest.raises(ValueError, match="has none and is no intersection"):
            ruleset(common=odd)


def test_common_rules_live_as_long_as_any_policy():
    rules = ruleset(common=ruleset(paths=[(b"/srv", ROOT, FILES, 0, 0, "row")]))
    gc.collect()
    both = _core.Ruleset.both(rules, ruleset(allow=EVERYTHING))
    del rules
    gc.collect()
    assert allows(both, "open", "/srv/a", "r", os.O_RDONLY)


class Rows:
    """Lets go of another argument while it is read."""

    def __init__(self, keywords, name):
        self.keywords, self.name = keywords, name

    def __iter__(self):
        self.keywords[self.name] = None
        self.filling = [bytearray(b"A" * size) for size in range(16, 6000, 16)]
        return iter(())

    def __bool__(self):
        self.__iter__()
        return False


class Loader(pickle.Unpickler):
    """Calls a type with a dict that is not its own."""

    def __init__(self, cls, keywords):
        super().__init__(io.BytesIO(b"\x80\x04\x8c\x01cQ)\x8c\x01dQ\x92."))  # NEWOBJ_EX
        self.found = {"c": cls, "d": keywords}

    def persistent_load(self, name):
        return self.found[name]


@pytest.mark.parametrize("name", ["common", "env"])
def test_an_argument_that_goes_away_while_another_is_read_stays_for_the_call(name):
    lists = {"addresses": (), "commands": (), "imports": None, "natives": (), "env": (), "events": ()}
    keywords = {"name": "p", "allow": 0, "deny": 0, "unknown": True, "common": None, **lists}
    keywords["paths"] = Rows(keywords, name)
    keywords[name] = ruleset(paths=[(b"/srv", ROOT, FILES, 0, 0, "row")] * 50) if name == "common" else [(False, "A")]
    made = Loader(_core.Ruleset, keywords).load()
    assert allows(made, "open", "/srv/a", "r", os.O_RDONLY) is (name == "common")


def test_the_same_of_a_manager():
    keywords = {"policy": object(), "ruleset": ruleset()}
    keywords["strict"] = Rows(keywords, "policy")
    assert repr(Loader(_core.Sandbox, keywords).load()).startswith("sandbox(<object object")
