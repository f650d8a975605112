"""Bad input to Policy: one clear error each, which names the argument and the nearest valid spelling."""

import pytest

from fastaudit import Deny, Policy, PolicyError

POLICY_ERRORS = {
    "unknown keyword": (lambda: Policy(raed=[]), "'raed'.*did you mean 'read'"),
    "unknown keyword of deny": (lambda: Deny(raed=[]), "'raed'.*did you mean 'read'"),
    "unknown keyword of replace": (lambda: Policy().replace(wrte=[]), "did you mean 'write'"),
    "empty path": (lambda: Policy(read=[""]), "read: '' is empty"),
    "NUL in a path": (lambda: Policy(write=["a\0b"]), "write: .*NUL"),
    "path of 1 MB": (lambda: Policy(read=["x" * 2**20]), "read: .*1,048,576 long.*longer than"),
    "path of 1 MB, one component each": (lambda: Policy(read=["a/" * 2**19]), "longer than"),
    "half a character": (lambda: Policy(read=["\ud800"]), "read: "),
    "unknown user": (lambda: Policy(read=["~no-such-user-here/x"]), "no such user"),
    "pattern without end": (lambda: Policy(read=["a/[bc"]), r"'\[' without '\]'"),
    "pattern with a reversed range": (lambda: Policy(read=["[z-a]"]), "'z-a' is reversed"),
    "two stars within a name": (lambda: Policy(read=["a**b"]), "alone between slashes"),
    "parent after a wildcard": (lambda: Policy(read=["*/../x"]), "after a wildcard"),
    "two stars and nothing": (lambda: Policy(read=["**/"]), "names nothing"),
    "impossible port": (lambda: Policy(connect=["example.com:99999"]), "connect: .*99999"),
    "reversed range of ports": (lambda: Policy(listen=["127.0.0.1:90-80"]), "listen: .*80-90"),
    "bad network": (lambda: Policy(connect=["10.0.0.0/33"]), "connect: .*33"),
    "bits beyond the prefix": (lambda: Policy(connect=["10.0.0.1/8"]), r"10\.0\.0\.0/8"),
    "URL for an address": (lambda: Policy(connect=["https://a.b/c"]), "write 'a.b:443'"),
    "no port": (lambda: Policy(connect=["example.com"]), "connect: "),
    "host with two spellings": (lambda: Policy(connect=["stra\u00dfe.de:80"]), "xn--"),
    "socket without a path": (lambda: Policy(connect=["unix:"]), "connect: "),
    "every command": (lambda: Policy(run=["*"]), "run=True"),
    "pattern for a command": (lambda: Policy(run=["git*"]), "no pattern"),
    "unclosed quote": (lambda: Policy(run=["git 'x"]), "cannot be split"),
    "no command": (lambda: Policy(run=["''"]), "names no command"),
    "distribution for a module": (lambda: Policy(imports=["foo-bar"]), "did you mean 'foo_bar'"),
    "path for a module": (lambda: Policy(imports=["a/b.py"]), "no module name"),
    "variable with a value": (lambda: Policy(env=["A=b"]), "'A'"),
    "nearly a right": (lambda: Policy(allow=["thread"]), "did you mean 'threads'"),
    "prefix without a dot": (lambda: Policy(allow=["mylib*"]), "mylib"),
    "allowed and closed": (lambda: Policy(threads=False, allow=["threads"]), "threads=False"),
    "deny nothing": (lambda: Deny(read=False), "takes nothing away"),
    "mistake within deny": (lambda: Policy(deny=Deny(connect=["a:b:c"])), "deny: connect: "),
    "name of two lines": (lambda: Policy(name="a\nb"), "name: "),
    "NUL in base": (lambda: Policy(base="\0"), "base: .*NUL"),
}

TYPE_ERRORS = {
    "bare string": (lambda: Policy(read="x"), r"read takes a list: read=\['x'\]"),
    "bare bytes": (lambda: Policy(write=b"x"), r"write takes a list: write=\[b'x'\]"),
    "bare string for addresses": (lambda: Policy(connect="a:1"), r"connect=\['a:1'\]"),
    "bare string for commands": (lambda: Policy(run="git *"), r"run=\['git \*'\]"),
    "bare string for allow": (lambda: Policy(allow="read"), r"allow=\['read'\]"),
    "number for a list": (lambda: Policy(read=1), "read takes a list"),
    "number in a list": (lambda: Policy(read=[1]), "read: .*not int: 1"),
    "table for a list": (lambda: Policy(read={"a": 1}), "read takes a list"),
    "list for a switch": (lambda: Policy(threads=["x"]), "threads takes True or False"),
    "number for a switch": (lambda: Policy(threads=1), "threads takes True or False"),
    "split command": (lambda: Policy(run=[["git", "status"]]), "run: .*not list"),
    "bytes for an address": (lambda: Policy(connect=[b"a:1"]), "connect: .*not bytes"),
    "table for deny": (lambda: Policy(deny={"read": []}), "deny takes a Deny"),
    "number for name": (lambda: Policy(name=3), "name takes a str"),
    "policy and number": (lambda: Policy() | 1, "unsupported"),
}


@pytest.mark.parametrize("case", POLICY_ERRORS)
def test_an_impossible_value_is_a_policy_error(case):
    make, message = POLICY_ERRORS[case]
    with pytest.raises(PolicyError, match=message) as caught:
        make()
    assert len(str(caught.value)) < 500
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("case", TYPE_ERRORS)
def test_a_value_of_a_wrong_type_is_a_type_error(case):
    make, message = TYPE_ERRORS[case]
    with pytest.raises(TypeError, match=message):
        make()


def test_an_error_in_an_entry_of_the_user_comes_through():
    class Failing:
        def __fspath__(self):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        Policy(read=[Failing()])


def test_a_path_that_leads_to_no_name_is_refused():
    import os

    reading, writing = os.pipe()
    try:
        with pytest.raises(PolicyError, match="read: "):
            Policy(read=[f"/proc/self/fd/{reading}"])
    finally:
        os.close(reading)
        os.close(writing)


def test_a_loop_of_links_is_refused(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(PolicyError, match="cannot be resolved"):
        Policy(read=[tmp_path / "a" / "x"])
