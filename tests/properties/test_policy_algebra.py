"""The algebra of policies: equality, hash, pickle, repr and replace; `|` and `&` and what they decide."""

import os
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastaudit import Deny, Policy
from fastaudit._rules import RULES

PATHS = st.lists(
    st.sampled_from(["/srv/a", "/srv/a/b", "/srv/[[]x]", "/srv/*.py", "**/.env", "rel/x", "/"]),
    max_size=3,
)
LISTS = {
    "paths": PATHS,
    "addresses": st.lists(
        st.sampled_from(["a.example:443", "*.example:*", "10.0.0.0/8", "[::1]:1-9", "unix:/run/x"]),
        max_size=3,
    ),
    "commands": st.lists(st.sampled_from(["sh", "ls *", "{python} -c 'a b'", "no-such-command"]), max_size=2),
    "modules": st.lists(st.sampled_from(["numpy", "xml.*", "json"]), max_size=2),
    "variables": st.lists(st.sampled_from(["PATH", "LC_*"]), max_size=2),
    "switch": st.nothing(),
}


def values(rule, *, deny=False):
    switches = [st.just(True)] if deny else [st.booleans()]
    return st.one_of(*switches, LISTS[rule.kind])


def keywords(*, deny=False):
    return st.fixed_dictionaries({}, optional={r.keyword: values(r, deny=deny) for r in RULES})


DENIES = st.builds(lambda given: Deny(**given), keywords(deny=True))
PLAIN = st.builds(
    lambda given, name, deny: Policy(name=name, deny=deny, **given),
    keywords(),
    st.sampled_from(["", "a", "b"]),
    st.none() | DENIES,
)
POLICIES = PLAIN | st.builds(lambda a, b: a & b, PLAIN, PLAIN)

# Events that reach every kind of check: name and arguments.
EVENTS = [
    ("open", ("/srv/a/x", "r", os.O_RDONLY)),
    ("open", ("/srv/m.py", "w", os.O_WRONLY | os.O_CREAT)),
    ("open", ("/srv/a/.env", "r", os.O_RDONLY)),
    ("os.remove", ("/srv/a/x", -1)),
    ("os.mkdir", ("/srv/[x]/d", 0o777, -1)),
    ("socket.getaddrinfo", ("a.example", 443, 0, 0, 0)),
    ("os.putenv", (b"PATH", b"x")),
    ("os.putenv", (b"LC_ALL", b"C")),
    ("import", ("numpy", None, [], [], [])),
    ("import", ("pandas", None, [], [], [])),
    ("os.system", (b"ls",)),
    ("os.fork", ()),
    ("sys.settrace", ()),
    ("_thread.start_new_thread", (len, (), None)),
    ("mylib.event", ()),
]


def allowed(policy):
    return {i for i, event in enumerate(EVENTS) if policy._ruleset.decide(*event)[0] == "allow"}


pytestmark = pytest.mark.filterwarnings("error")


@settings(max_examples=60, deadline=None)
@given(POLICIES)
def test_repr_and_pickle_make_the_same_policy_again(policy):
    again = eval(repr(policy), {"Policy": Policy, "Deny": Deny})
    assert again == policy
    assert hash(again) == hash(policy)
    assert repr(again) == repr(policy)
    thawed = pickle.loads(pickle.dumps(policy))
    assert thawed == policy
    assert allowed(thawed) == allowed(policy)


@settings(max_examples=60, deadline=None)
@given(PLAIN, keywords())
def test_replace_gives_the_keys_their_new_values(policy, changes):
    changed = policy.replace(**changes)
    assert changed == policy.replace(**changes).replace(**changes)
    fresh = Policy(**changes)
    group = {"create", "modify", "delete", "metadata", "link"}
    for word in changes:
        if word not in group | {"write"}:
            assert changed.keywords.get(word) == fresh.keywords.get(word)
    kept = {"name", "deny", "read", *(r.keyword for r in RULES)} - set(changes) - group - {"write"}
    for word in kept:
        assert changed.keywords.get(word) == policy.keywords.get(word)


@settings(max_examples=60, deadline=None)
@given(POLICIES, POLICIES, POLICIES)
def test_both_operators_are_laws_abiding(p, q, r):
    assert p & p == p
    assert p & q == q & p
    assert (p & q) & r == p & (q & r)
    assert (p | q) | r == p | (q | r)
    assert (p & q) | r == (p | r) & (q | r)


@settings(max_examples=60, deadline=None)
@given(PLAIN, PLAIN)
def test_and_allows_what_both_allow(p, q):
    assert allowed(p & q) == allowed(p) & allowed(q)


@settings(max_examples=60, deadline=None)
@given(PLAIN, keywords(deny=True))
def test_or_with_denials_alone_takes_away_and_nothing_else(p, denied):
    assert allowed(p | Policy(deny=Deny(**denied))) <= allowed(p)


@settings(max_examples=60, deadline=None)
@given(PLAIN)
def test_or_with_itself_or_with_nothing_changes_nothing(p):
    assert p | p == p
    assert allowed(p | Policy()) == allowed(p)
    assert allowed(Policy() | p) == allowed(p)
