"""_core.Ruleset: what a policy's rows come to, event by event."""

import copy
import gc
import os
import pickle
import socket
import sys
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fastaudit import _core

BIT = {right: 1 << index for index, right in enumerate(_core.RIGHTS)}
FILES = sum(BIT[right] for right in ("read", "create", "modify", "delete", "metadata", "link"))
EVERYTHING = (1 << len(_core.RIGHTS)) - 1
ROOT, PATTERN, SOURCES, HOME = 0, 1, 2, 4
READ_ONLY = os.O_RDONLY


def ruleset(**rows):
    lists = {"paths": [], "addresses": [], "commands": [], "imports": None, "natives": None, "env": [], "events": []}
    return _core.Ruleset(**{"name": "p", "allow": 0, "deny": 0, "unknown": True, "common": None, **lists, **rows})


def allows(rules, event, *args):
    return rules.decide(event, args)[0] == "allow"


def connects(rules, host, port):
    with socket.socket() as probe:
        return allows(rules, "socket.connect", probe, (host, port))


def imports(rules, module, file=None):
    return allows(rules, "import", module, file, None, None, None)


class Loud:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError

    __len__ = __iter__ = __bool__ = __index__ = __fspath__ = __eq__ = lambda *_: 1 / 0
    __hash__ = None


# Building one


def test_the_words_of_rights_are_in_the_order_of_their_bits():
    assert (_core.RIGHTS[0], _core.RIGHTS[-1]) == ("read", "custom")
    assert len(set(_core.RIGHTS)) == len(_core.RIGHTS) == 27


def test_names_of_events_and_guarded_modules_are_there():
    assert {"open", "socket.connect", "import"} <= set(_core.EVENTS)
    assert "" not in _core.EVENTS
    assert {
        "ctypes",
        "_ctypes",
        "_cffi_backend",
        "_interpreters",
        "_tkinter",
        "_remote_debugging",
        "_testexternalinspection",
    } <= _core.GUARDED_MODULES


def test_a_ruleset_shows_its_name_and_nothing_can_be_put_on_it():
    rules = ruleset(name="render é \udcff")
    assert repr(rules) == "<Ruleset 'render é \\udcff'>"
    with pytest.raises(AttributeError):
        rules.name = "x"
    with pytest.raises(TypeError):
        type("Sub", (_core.Ruleset,), {})
    with pytest.raises(TypeError):
        _core.Ruleset.decide = None
    for way in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            way(rules)


@pytest.mark.parametrize("keyword", ["paths", "addresses", "commands", "imports", "natives", "env", "events"])
def test_rows_of_another_kind_are_an_error(keyword):
    loud = Loud()
    for rows in (
        3,
        loud,
        [3],
        ["text"],
        [()],
        [(1, 2, 3)],
        *([(item,) * n] for item in (None, loud) for n in range(9)),
    ):
        with pytest.raises((TypeError, ValueError, ZeroDivisionError, RuntimeError)):
            ruleset(**{keyword: rows})


@pytest.mark.parametrize(
    ("keyword", "row"),
    [
        ("paths", (b"relative", ROOT, 1, 0, 0, "x")),
        ("paths", (b"", ROOT, 1, 0, 0, "x")),
        ("paths", (b"**/x", ROOT, 1, 0, 0, "x")),
        ("paths", (b"/a\0b", ROOT, 1, 0, 0, "x")),
        ("paths", (b"/a", -1, 1, 0, 0, "x")),
        ("paths", (b"/a", 8, 1, 0, 0, "x")),
        ("paths", (b"/a", ROOT, -1, 0, 0, "x")),
        ("paths", (b"/a", ROOT, EVERYTHING + 1, 0, 0, "x")),
        ("addresses", (BIT["connect"], False, False, "example.com:99999")),
        ("addresses", (BIT["connect"], False, False, "example.com")),
        ("addresses", (-1, False, False, "example.com:1")),
        ("commands", (False, False, "", b"/bin/x", b"/bin/x", (), False, "x")),
        ("commands", (False, False, "a\0b", b"/bin/x", b"/bin/x", (), False, "x")),
        ("imports", (False, "")),
        ("events", (False, "a\0b")),
    ],
)
def test_texts_that_mean_nothing_are_a_value_error(keyword, row):
    with pytest.raises(ValueError):
        ruleset(**{keyword: [row]})


@pytest.mark.parametrize("rights", [-1, EVERYTHING + 1, 1 << 31, 1 << 70])
def test_numbers_beyond_every_right_are_an_error(rights):
    for keyword in ("allow", "deny"):
        with pytest.raises((ValueError, OverflowError)):
            ruleset(**{keyword: rights})


def test_rows_come_from_any_sequence_and_are_copied():
    rows = [(b"/srv", ROOT, BIT["read"], 0, 0, "/srv")]
    rules = ruleset(paths=(row for row in rows))
    rows.clear()
    gc.collect()
    assert allows(rules, "open", "/srv/x", "r", READ_ONLY)


def test_many_rules_are_kept_apart():
    rows = [(b"/srv/%d" % number, ROOT, FILES, 0, 0, f"/srv/{number}") for number in range(20_000)]
    rules = ruleset(paths=rows)
    assert allows(rules, "open", "/srv/19999/x", "r", READ_ONLY)
    assert not allows(rules, "open", "/srv/20000/x", "r", READ_ONLY)


# Judging


@pytest.mark.parametrize(
    "args", [(), ("open",), ("open", []), ("open", (), ()), (b"open", ()), ("a\0b", ()), ("\udcff", ()), (3, ())]
)
def test_decide_takes_a_name_and_a_tuple(args):
    with pytest.raises((TypeError, ValueError)):
        ruleset().decide(*args)


def test_any_arguments_of_any_event_get_an_answer():
    rulesets = [ruleset(), ruleset(allow=EVERYTHING), ruleset(deny=EVERYTHING)]
    hostile = [(), (None,), (Loud(),) * 3, ("x",) * 5, (b"\0", -1, 2**70), (3, 4), ([],) * 4, ((),) * 2, ("",) * 3]
    for event in (*_core.EVENTS, "", "x" * 5000, "ünknown"):
        for args in hostile:
            for rules in rulesets:
                outcome, reason, right, rule = rules.decide(event, args)
                assert outcome in ("allow", "refuse", "quiet")
                assert (outcome == "allow") == (reason == "")
                assert right in (*_core.RIGHTS, "none")
                assert rule is None or outcome != "allow"


def test_a_verdict_tells_reason_right_and_rule():
    rules = ruleset(
        paths=[(b"/srv", ROOT, FILES, 0, 0, "./srv"), (b"/srv/keys", ROOT, 0, BIT["read"], 0, "./srv/keys")],
        addresses=[(BIT["connect"], True, False, "10.0.0.0/8")],
        allow=BIT["connect"],
    )
    assert rules.decide("open", ("/srv/x", "w", os.O_WRONLY | os.O_CREAT))[0] == "allow"
    assert rules.decide("open", ("/srv/keys/k", "r", READ_ONLY)) == ("refuse", "denied", "read", "./srv/keys")
    assert rules.decide("open", ("/etc/x", "r", READ_ONLY)) == ("refuse", "outside-root", "read", None)
    assert rules.decide("os.fork", ()) == ("refuse", "right-not-granted", "fork", None)
    with socket.socket() as probe:
        verdict = rules.decide("socket.connect", (probe, ("10.1.2.3", 80)))
    assert verdict == ("refuse", "denied", "connect", "10.0.0.0/8")


def test_odd_spellings_of_an_address_are_that_address():
    rules = ruleset(allow=BIT["connect"], addresses=[(BIT["connect"], True, False, "127.0.0.0/8")])
    for host in ("127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "0.0.0.0", "", "localhost"):
        assert not connects(rules, host, 80), host
    assert connects(rules, "10.0.0.1", 80)


def test_without_network_there_are_unix_sockets_alone():
    def makes(rules, family, kind=socket.SOCK_STREAM):
        return allows(rules, "socket.__new__", None, family, kind, 0)

    nothing, some = ruleset(), ruleset(addresses=[(BIT["connect"], False, False, "example.com:443")])
    assert not makes(nothing, socket.AF_INET)
    assert not makes(nothing, socket.AF_INET6)
    assert makes(nothing, socket.AF_UNIX)
    assert makes(some, socket.AF_INET)
    assert not makes(some, socket.AF_INET, socket.SOCK_RAW)


def test_a_server_looks_up_what_it_binds():
    rules = ruleset(addresses=[(BIT["listen"], False, False, "127.0.0.1:*")])
    for host in (None, "", "127.0.0.1", "0.0.0.0", "localhost"):
        assert allows(rules, "socket.getaddrinfo", host, 0, 0, 1, 0), host
    for host in ("127.0.0.1", "0.0.0.0"):
        assert allows(rules, "socket.gethostbyaddr", host), host
    assert not allows(rules, "socket.getaddrinfo", "example.com", 80, 0, 1, 0)


def test_a_unix_socket_is_reached_by_its_canonical_path(tmp_path):
    path = os.path.realpath(tmp_path)
    rules = ruleset(addresses=[(BIT["connect"], False, False, f"unix:{path}/a.sock")])
    with socket.socket(socket.AF_UNIX) as probe:
        assert allows(rules, "socket.connect", probe, f"{path}/x/../a.sock") is False  # x is not there
        assert allows(rules, "socket.connect", probe, f"{path}/./a.sock")
        assert not allows(rules, "socket.connect", probe, f"{path}/b.sock")
        assert not allows(rules, "socket.bind", probe, f"{path}/a.sock")


def test_a_command_is_judged_by_the_file_that_runs(tmp_path):
    program = tmp_path / "tool"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    os.symlink(program, tmp_path / "other")
    place = os.fsencode(os.path.realpath(tmp_path) + "/tool")
    rules = ruleset(commands=[(False, False, "tool", place, place, ("a", "b*"), False, "tool a b*")])

    def runs(path, *argv):
        return allows(rules, "os.posix_spawn", str(path), list(argv), {})

    assert runs(program, "tool", "a", "bc")
    assert runs(program, os.fsdecode(place), "a", "b")
    assert not runs(program, "tool", "a", "c")
    assert not runs(program, "tool", "a")
    assert not runs("/bin/sh", "tool", "a", "b")
    assert not runs(tmp_path / "other", "tool", "a", "b")


def test_a_shell_is_the_command_sh():
    place, target = _core.resolve(b"/bin/sh", False), _core.resolve(b"/bin/sh")
    rules = ruleset(commands=[(False, False, "sh", place, target, ("-c", "echo *"), False, "sh -c 'echo *'")])
    assert allows(rules, "os.system", b"echo hello")
    assert not allows(rules, "os.system", b"rm -r x")
    assert allows(rules, "os.posix_spawn", "/bin/sh", ["/bin/sh", "-c", "echo x"], {})


def test_a_childs_environment_may_not_steer_it(monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    place, target = _core.resolve(b"/bin/sh", False), _core.resolve(b"/bin/sh")
    row = (False, False, "sh", place, target, (), True, "sh *")
    closed, granted = ruleset(commands=[row]), ruleset(commands=[row], env=[(False, "PATH")])

    def reason(rules, env):
        return rules.decide("os.posix_spawn", ("/bin/sh", ["sh"], env))[1]

    assert reason(closed, {"PATH": "/usr/bin:/bin", "A": "b"}) == ""
    assert reason(closed, {"PATH": "./out"}) == "steering-env"
    assert reason(granted, {"PATH": "./out"}) == ""
    assert reason(granted, {"LD_PRELOAD": "x"}) == "steering-env"


def test_a_signal_reaches_an_own_child_where_one_may_be_made():
    forks, nothing = ruleset(allow=BIT["fork"]), ruleset()
    child = os.posix_spawn("/bin/sh", ["sh", "-c", "read x"], os.environ)
    try:
        assert allows(forks, "os.kill", child, 15)
        assert not allows(nothing, "os.kill", child, 15)
        assert not allows(forks, "os.kill", os.getpid(), 15)
        assert allows(nothing, "os.kill", os.getpid(), 0)
        assert not allows(forks, "os.kill", 0, 15)
        assert not allows(forks, "os.kill", -1, 15)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert not allows(forks, "os.kill", child, 15)


def test_native_code_is_loaded_from_marked_places_that_are_not_writable():
    rules = ruleset(
        paths=[
            (b"/opt/python", ROOT | HOME, BIT["read"], 0, 0, "/opt/python"),
            (b"/opt/python/out", ROOT, FILES, 0, 0, "/opt/python/out"),
            (b"/data", ROOT, BIT["read"], 0, 0, "/data"),
        ]
    )
    assert imports(rules, "ext", "/opt/python/ext.so")
    assert not imports(rules, "ext", "/opt/python/out/ext.so")
    assert not imports(rules, "ext", "/data/ext.so")
    assert not imports(rules, "ext", "/tmp/ext.so")


def test_a_guarded_module_is_guarded_under_every_name_that_loads_it():
    """A file defines the module of the last component: "any._ctypes" is _ctypes."""
    homes = ruleset(paths=[(b"/opt/python", 4, BIT["read"], 0, 0, "/opt/python")])
    assert imports(homes, "package._speedups", "/opt/python/_speedups.so")
    assert not imports(homes, "any._ctypes", "/opt/python/_ctypes.so")
    assert not imports(homes, "a.b._interpreters", "/opt/python/_interpreters.so")


def test_guarded_modules_take_their_word_or_their_name():
    assert not imports(ruleset(), "ctypes")
    assert imports(ruleset(allow=BIT["native"]), "ctypes")
    assert imports(ruleset(imports=[(False, "ctypes")]), "ctypes")
    assert not imports(ruleset(imports=[(False, "*")]), "ctypes")
    without_json = ruleset(imports=[(False, "*"), (True, "json")])
    assert imports(without_json, "xml")
    assert not imports(without_json, "json.decoder")


# Intersections

EVENTS = [
    ("open", ("/srv/a/x", "r", READ_ONLY)),
    ("open", ("/srv/b", "w", os.O_WRONLY | os.O_CREAT)),
    ("os.remove", ("/srv/a", -1)),
    ("os.rename", ("/srv/a/x", "/srv/b/x", -1, -1)),
    ("socket.getaddrinfo", ("example.com", 443, 0, 0, 0)),
    ("import", ("json", None, None, None, None)),
    ("import", ("ctypes", None, None, None, None)),
    ("os.putenv", (b"PATH", b"/x")),
    ("os.system", (b"ls",)),
    ("os.fork", ()),
    ("mylib.event", ()),
    ("gc.get_objects", (-1,)),
]
PATH_ROWS = [
    (path, kind, allow, deny, 0, "row")
    for path, kind in ((b"/srv", ROOT), (b"/srv/a", ROOT), (b"**/x", PATTERN))
    for allow, deny in ((FILES, 0), (0, FILES), (BIT["read"], BIT["delete"]))
]
ADDRESS_ROWS = st.tuples(
    st.sampled_from([BIT["connect"], BIT["resolve"]]),
    st.booleans(),
    st.just(False),
    st.sampled_from(["example.com:443", "*.com:*", "*:*"]),
)
POLICIES = st.fixed_dictionaries(
    {
        "allow": st.sampled_from([0, BIT["fork"], BIT["read"] | BIT["native"] | BIT["introspect"], EVERYTHING]),
        "deny": st.sampled_from([0, 0, BIT["custom"], BIT["read"] | BIT["env"], BIT["imports"]]),
        "paths": st.lists(st.sampled_from(PATH_ROWS), max_size=3),
        "addresses": st.lists(ADDRESS_ROWS, max_size=3),
        "imports": st.sampled_from([None, [], [(False, "json")], [(False, "*"), (True, "json")]]),
        "env": st.sampled_from([[], [(False, "PATH")], [(True, "*")]]),
        "events": st.sampled_from([[], [(False, "os.fork")], [(True, "mylib.*")], [(True, "open")]]),
    }
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(POLICIES, POLICIES)
def test_an_intersection_allows_exactly_what_both_allow(first, second):
    a, b = ruleset(**first), ruleset(**second)
    both = _core.Ruleset.both(a, b)
    for event, args in EVENTS:
        if allows(a, event, *args):
            assert both.decide(event, args) == b.decide(event, args), event
        else:
            assert both.decide(event, args) == a.decide(event, args), event


@settings(max_examples=150, deadline=None, derandomize=True)
@given(POLICIES, st.sampled_from(["deny", "paths", "addresses", "env", "events"]))
def test_a_denial_never_allows_more(policy, keyword):
    more = {
        "deny": policy["deny"] | BIT["read"],
        "paths": [*policy["paths"], (b"/srv", ROOT, 0, FILES, 0, "row")],
        "addresses": [*policy["addresses"], (BIT["resolve"], True, False, "*.com")],
        "env": [*policy["env"], (True, "P*")],
        "events": [*policy["events"], (True, "os.*")],
    }
    wide, narrow = ruleset(**policy), ruleset(**{**policy, keyword: more[keyword]})
    for event, args in EVENTS:
        assert allows(wide, event, *args) or not allows(narrow, event, *args), event


def test_an_intersection_holds_what_it_is_made_of_and_has_an_end():
    a, b = ruleset(name="a", allow=BIT["trace"]), ruleset(name="b", allow=EVERYTHING)
    both = _core.Ruleset.both(a, b)
    assert _core.Ruleset.both(a, a) is a
    assert repr(both) == "<Ruleset 'a & b'>"
    del a, b
    gc.collect()
    assert allows(both, "sys.settrace")
    assert not allows(both, "os.fork")
    for wrong in ((), (both,), (both, None), (3, both), (both, Loud())):
        with pytest.raises((TypeError, RuntimeError)):
            _core.Ruleset.both(*wrong)
    with pytest.raises(ValueError, match="more than 256"):
        for _ in range(10):
            both = _core.Ruleset.both(both, _core.Ruleset.both(both, ruleset()))


def test_threads_judge_by_one_ruleset_together():
    rules = ruleset(paths=[(b"/srv", ROOT, BIT["read"], 0, 0, "/srv")])
    wrong = []

    def judge():
        for number in range(300):
            inside, outside = f"/srv/{number}", f"/etc/{number}"
            if not allows(rules, "open", inside, "r", READ_ONLY) or allows(rules, "open", outside, "r", READ_ONLY):
                wrong.append(number)

    threads = [threading.Thread(target=judge) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# What a policy asks for while it is made


def test_resolve_gives_the_canonical_path(tmp_path):
    base = os.fsencode(os.path.realpath(tmp_path))
    (tmp_path / "dir").mkdir()
    os.symlink("dir", tmp_path / "link")
    os.symlink("loop", tmp_path / "loop")
    assert _core.resolve(base + b"/link/../link/./new") == base + b"/dir/new"
    assert _core.resolve(base + b"/link") == base + b"/dir"
    assert _core.resolve(base + b"/link", False) == base + b"/link"
    with pytest.raises(OSError) as caught:
        _core.resolve(base + b"/loop")
    assert caught.value.filename == base + b"/loop"
    with pytest.raises(OSError):
        _core.resolve(b"/" + b"x" * 5000)
    with pytest.raises(ValueError):
        _core.resolve(b"/a\0b")
    for wrong in ("text", None, 3):
        with pytest.raises(TypeError):
            _core.resolve(wrong)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("example.com:99999", "port 99999 is too high: the last one is 65535"),
        ("example.com:9000-80", "reversed: write '80-9000'"),
        ("10.0.0.1/8", "write '10.0.0.0/8'"),
        ("example.com", "write 'example.com:443'"),
        ("https://example.com/x", "write 'example.com:443'"),
        ("b\u00fccher.de:80", "IDNA"),
    ],
)
def test_a_mistaken_address_says_what_would_be_right(text, says):
    with pytest.raises(ValueError) as caught:
        _core.check_address(text)
    assert says in str(caught.value)
    assert len(str(caught.value)) < 330


def test_an_address_may_lack_its_port_where_it_has_none():
    assert _core.check_address("example.com", True) is None
    assert _core.check_address("10.0.0.0/8") is None
    rules = ruleset(addresses=[(BIT["resolve"], False, False, "example.com")])
    assert allows(rules, "socket.getaddrinfo", "example.com", 80, 0, 0, 0)
    assert not connects(rules, "example.com", 80)


def test_building_and_judging_leaks_nothing():
    def work():
        rules = ruleset(
            paths=[(b"/srv", ROOT, FILES, 0, 0, "/srv")],
            addresses=[(BIT["connect"], False, False, "example.com:443")],
            commands=[(False, False, "x", b"/x", b"/x", ("a", "b"), True, "x")],
            events=[(False, "mylib.*")],
        )
        _core.Ruleset.both(rules, ruleset())
        rules.decide("open", ("/srv/x", "r", READ_ONLY))
        with pytest.raises(ValueError):
            ruleset(addresses=[(BIT["connect"], False, False, "example.com")])

    for _ in range(20):
        work()
    gc.collect()
    before = sys.getallocatedblocks()
    for _ in range(200):
        work()
    gc.collect()
    assert sys.getallocatedblocks() - before < 100
