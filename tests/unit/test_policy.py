"""Policy and Deny as values: what they take, what they keep, how they answer mistakes."""

import copy
import glob
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import fastaudit
from fastaudit import Deny, Policy, PolicyError, _core
from fastaudit._rules import BIT, RIGHTS, RULES


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(tmp_path.resolve())


def test_the_table_has_the_rights_of_the_core_in_their_order():
    assert RIGHTS == _core.RIGHTS


def test_every_keyword_of_the_table_is_a_parameter():
    names = Policy.__new__.__code__.co_varnames
    assert {rule.keyword for rule in RULES} <= set(names)
    assert {rule.keyword for rule in RULES} <= set(Deny.__new__.__code__.co_varnames)


def test_a_relative_entry_lies_beneath_the_current_folder(here):
    os.mkdir("a")
    assert Policy(read=["templates", "./a/../b"]).keywords == {"read": [f"{here}/b", f"{here}/templates"]}


def test_a_relative_entry_lies_beneath_base(here):
    assert Policy(base="/srv", read=["a", "*.txt"], write=[Path("b")]) == Policy(
        read=["/srv/a", "/srv/*.txt"], write=["/srv/b"]
    )


def test_a_relative_base_lies_beneath_the_current_folder(here):
    assert Policy(base="x", read=["a"]).keywords["read"] == [f"{here}/x/a"]


def test_a_root_is_kept_by_its_canonical_path(here):
    os.mkdir("real")
    os.symlink("real", "link")
    assert Policy(read=["link/x"]).keywords["read"] == [f"{here}/real/x"]
    assert Policy(read=["link/*.py"]).keywords["read"] == [f"{here}/real/*.py"]


def test_an_entry_that_begins_with_two_stars_matches_anywhere():
    assert Policy(deny=Deny(read=["**/.env"])).keywords["deny"].keywords == {"read": ["**/.env"]}


def test_tilde_is_the_home_at_construction(monkeypatch):
    monkeypatch.setenv("HOME", "/home/somebody")
    assert Policy(read=["~/x"], write=["~"]).keywords == {
        "read": ["/home/somebody/x"],
        "write": ["/home/somebody"],
    }


def test_an_escaped_name_is_a_root(here):
    os.mkdir("a[1]*")
    policy = Policy(read=[glob.escape(f"{here}/a[1]*")])
    assert policy.keywords["read"] == [f"{here}/a[[]1][*]"]
    assert policy._ruleset.decide("open", (f"{here}/a[1]*/x", "r", 0))[0] == "allow"
    assert policy._ruleset.decide("open", (f"{here}/a1/x", "r", 0))[0] == "refuse"


def test_a_path_object_is_converted_once():
    class Once:
        calls = 0

        def __fspath__(self):
            self.calls += 1
            return b"/srv/bytes"

    once = Once()
    assert Policy(read=[once]) == Policy(read=["/srv/bytes"])
    assert once.calls == 1


def test_a_str_that_shows_another_text_is_read_by_its_own():
    class Liar(str):
        def __str__(self):
            return "/etc"

        def __eq__(self, other):
            return True

        __hash__ = str.__hash__

    assert Policy(read=[Liar("/srv/a")]) == Policy(read=["/srv/a"])


def test_write_is_the_five_rights_together():
    five = {word: ["/srv/a"] for word in ("create", "modify", "delete", "metadata", "link")}
    assert Policy(write=["/srv/a"]) == Policy(**five)
    assert Policy(write=True) == Policy(**dict.fromkeys(five, True))
    assert "read" not in Policy(write=True).keywords


def test_a_right_of_its_own_wins_over_the_group():
    assert Policy(write=["/srv/a"], create=False).keywords == {
        "create": False,
        "modify": ["/srv/a"],
        "delete": ["/srv/a"],
        "metadata": ["/srv/a"],
        "link": ["/srv/a"],
    }


def test_a_list_adds_nothing_to_a_right_granted_whole():
    assert Policy(allow=["read"], read=["/srv/a"]) == Policy(read=True)


def test_allow_takes_rights_and_events():
    assert Policy(allow=["fork", "mylib.*", "os.listdir"]).keywords == {
        "fork": True,
        "allow": ["mylib.*", "os.listdir"],
    }


def test_deny_takes_rights_and_events():
    assert Deny(rights=["fork", "mylib.*"]).keywords == {"fork": True, "rights": ["mylib.*"]}
    assert Deny(rights=["fork"]) == Deny(fork=True)


def test_nothing_changes_a_policy():
    policy = Policy(name="fixed", read=["/srv/a"])
    before = repr(policy)
    with pytest.raises(AttributeError):
        policy.name = "other"
    with pytest.raises(AttributeError):
        policy._ruleset = Policy.unrestricted()._ruleset
    with pytest.raises(AttributeError):
        del policy._fields
    for name, value in (("_ruleset", None), ("__class__", Deny), ("x", 1)):
        with pytest.raises((TypeError, AttributeError)):
            object.__setattr__(policy, name, value)
    with pytest.raises(TypeError):
        Policy.__and__ = Policy.__or__
    for other in (type(policy).__base__, type("Other", (_core.Frozen,), {"__slots__": ()})):
        with pytest.raises(TypeError):
            object.__setattr__(policy, "__class__", other)
    policy.keywords["read"].append("/")
    assert repr(policy) == before
    assert not hasattr(policy, "__dict__")


def test_policies_have_no_subclasses():
    for kind in (Policy, Deny):
        with pytest.raises(TypeError):
            type("Sub", (kind,), {})


def test_equal_policies_are_interchangeable():
    a = Policy(read=["/srv/a", "/srv/b", "/srv/a"], run=["git  'status'"], connect=["Example.COM:443"])
    b = Policy(read=("/srv/b", "/srv/a/"), run={"git status"}, connect=["example.com:443"])
    assert a == b
    assert hash(a) == hash(b)
    assert len({a, b}) == 1
    assert a != Policy(read=["/srv/a"])
    assert a != "a"


def test_copies_are_the_same_object():
    policy = Policy(read=["/srv/a"])
    assert copy.copy(policy) is policy
    assert copy.deepcopy(policy) is policy


EXAMPLES = [
    lambda: Policy(),
    lambda: Policy(name="n", read=["/srv/a", "/srv/[[]b]", "**/x"], write=["/srv/c"], imports=[]),
    lambda: Policy(write=["/srv/c"], create=False, threads=False, env=["LC_*"], imports=["numpy"]),
    lambda: Policy(connect=["10.0.0.0/8", "[::1]:80-90"], listen=["unix:/run/x"], resolve=["a.b"]),
    lambda: Policy(run=["git status *", "{python} -c 'a b'", "sh"], allow=["mylib.*"]),
    lambda: Policy(native=["numpy"], deny=Deny(read=["**/.env"], imports=["ctypes"], fork=True)),
    lambda: Policy(read=["/srv"]) & Policy(name="b", write=["/srv"]),
    Policy.offline,
    Policy.readonly,
    Policy.unrestricted,
    lambda: Policy.workspace("/srv"),
]


@pytest.mark.parametrize("make", EXAMPLES)
def test_a_repr_is_the_code_that_makes_it(make):
    policy = make()
    assert eval(repr(policy), {"Policy": Policy, "Deny": Deny}) == policy


@pytest.mark.parametrize("make", EXAMPLES)
def test_a_pickle_makes_an_equal_policy(make):
    policy = make()
    assert pickle.loads(pickle.dumps(policy)) == policy


def test_a_pickle_is_checked_like_any_other_call():
    spoilt = pickle.dumps(Policy(read=["/srv/abc"])).replace(b"/srv/abc", b"/srv/a\0c")
    with pytest.raises(PolicyError):
        pickle.loads(spoilt)


def test_a_repr_says_which_commands_are_not_there():
    assert repr(Policy(run=["no-such-command x"])).endswith("# not found on this host: no-such-command")
    assert "#" not in repr(Policy(run=["{python} *"]))


def test_a_repr_of_many_roots_is_short():
    assert len(repr(Policy(read=[f"/srv/{i}" for i in range(10_000)]))) < 2000


def test_replace_exchanges_one_key():
    policy = Policy(name="n", read=["/srv/a"], write=["/srv/b"], imports=["numpy"], fork=False)
    assert policy.replace(read=["/srv/c"]) == Policy(
        name="n", read=["/srv/c"], write=["/srv/b"], imports=["numpy"], fork=False
    )
    assert policy.replace(fork=True, imports=None, write=None, name="") == Policy(read=["/srv/a"], fork=True)
    assert policy.replace(deny=Deny(fork=True)).replace(deny=None) == policy
    assert policy.replace() == policy


def test_replace_on_an_intersection_is_a_type_error():
    both = Policy(read=["/srv"]) & Policy(write=["/srv"])
    with pytest.raises(TypeError, match="parts"):
        both.replace(read=[])
    assert [part.replace(name="x").name for part in both.parts] == ["x", "x"]


def test_what_one_policy_closes_and_the_other_grants_is_denied():
    joined = Policy(read=False) | Policy(read=["/srv"])
    assert joined == Policy(read=["/srv"], deny=Deny(read=True))
    assert joined._ruleset.decide("open", ("/srv/x", "r", 0))[0] == "refuse"


def test_an_import_list_is_kept_when_something_else_is_granted():
    policy = Policy(imports=["numpy"]) | Policy(read=["/srv"])
    assert policy.keywords["imports"] == ["numpy"]


def test_presets_say_in_their_docstring_what_they_allow():
    for preset in (Policy.offline, Policy.readonly, Policy.workspace, Policy.unrestricted):
        assert preset.__doc__


def test_workspace_keeps_installed_code_within_it_unwritable(tmp_path, monkeypatch):
    inside = tmp_path.resolve() / "venv" / "site-packages"
    monkeypatch.syspath_prepend(str(inside))
    decide = Policy.workspace(tmp_path)._ruleset.decide
    assert decide("open", (str(tmp_path / "x"), "w", os.O_WRONLY | os.O_CREAT))[0] == "allow"
    assert decide("os.mkdir", (str(inside / "x"), 0o777, -1))[0] == "refuse"


def test_the_memory_of_a_process_is_written_only_when_named():
    flags = os.O_WRONLY
    for policy in (Policy(write=True), Policy(write=["/"]), Policy.offline()):
        assert policy._ruleset.decide("open", ("/proc/self/mem", "w", flags))[0] == "refuse"
    for policy in (Policy(write=["/proc/[0-9]*/mem"]), Policy.unrestricted()):
        assert policy._ruleset.decide("open", ("/proc/self/mem", "w", flags))[0] == "allow"


def test_importing_the_package_stays_light():
    code = "import sys; before = set(sys.modules); import fastaudit; print(*set(sys.modules) - before)"
    shown = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    heavy = {"dataclasses", "inspect", "tomllib", "re", "enum", "typing", "shlex", "difflib", "json"}
    loaded = set(shown.stdout.split())
    editable = "editable" in str(fastaudit.__spec__.loader)
    assert editable or not loaded & heavy


def test_rights_are_bits_of_their_own():
    assert len(set(BIT.values())) == len(RIGHTS)
