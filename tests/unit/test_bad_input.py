"""Bad input to everything but Policy's own keywords: one clear error each, and nothing is held or changed by it."""

import asyncio
import contextlib

import pytest

from fastaudit import Deny, Policy, PolicyError, ScopeError, current, install, sandbox

EVERYTHING = Policy.unrestricted()


class Hostile:
    """Raises whatever is asked of it, in a class that says so."""

    def __repr__(self):
        raise KeyError("asked")

    __eq__ = __bool__ = __len__ = __iter__ = __fspath__ = __str__ = __repr__
    __hash__ = None


async def a_coroutine():
    pass


def enter(manager):
    with manager:
        raise AssertionError("entered")


def enter_async(make):
    async def block():
        async with make():
            raise AssertionError("entered")

    asyncio.run(block())


def enter_by_stack(manager):
    with contextlib.ExitStack() as stack:
        stack.enter_context(manager)
        raise AssertionError("entered")


def wait_for(thing):
    async def block():
        await thing

    asyncio.run(block())


CALLS = {
    "text for a policy": (lambda: sandbox("x"), TypeError, r"takes a Policy, not str"),
    "nothing for a policy": (lambda: sandbox(), TypeError, "missing 1 required .* 'policy'"),
    "None for a policy": (lambda: sandbox(None), TypeError, "takes a Policy, not NoneType"),
    "table for a policy": (lambda: sandbox({"read": []}), TypeError, "takes a Policy, not dict"),
    "the class for a policy": (lambda: sandbox(Policy), TypeError, r"not the class Policy: sandbox\(Policy\(...\)\)"),
    "denials for a policy": (lambda: sandbox(Deny()), TypeError, "takes a Policy, not Deny"),
    "maker for a policy": (lambda: sandbox(Policy.offline), TypeError, "takes a Policy, not method"),
    "a sandbox for a policy": (lambda: sandbox(sandbox(EVERYTHING)), TypeError, "takes a Policy, not Sandbox"),
    "hostile object for a policy": (lambda: sandbox(Hostile()), TypeError, "takes a Policy, not Hostile"),
    "two policies": (lambda: sandbox(EVERYTHING, EVERYTHING), TypeError, "1 positional argument but 2"),
    "unknown option": (lambda: sandbox(EVERYTHING, modus="warn"), TypeError, "'modus'"),
    "wrong mode": (lambda: sandbox(EVERYTHING, mode="wrong"), ValueError, '"enforce" or "warn", not \'wrong\''),
    "nearly a mode": (lambda: sandbox(EVERYTHING, mode="Warm"), ValueError, "did you mean 'warn'"),
    "huge mode": (lambda: sandbox(EVERYTHING, mode="x" * 2**20), ValueError, "1,048,576 long"),
    "None for a mode": (lambda: sandbox(EVERYTHING, mode=None), ValueError, "mode must be .*NoneType"),
    "hostile object for a mode": (lambda: sandbox(EVERYTHING, mode=Hostile()), ValueError, "mode must be .*Hostile"),
    "number for strict": (lambda: sandbox(EVERYTHING, strict=1), TypeError, "strict must be True or False, not int"),
    "hostile object for strict": (lambda: sandbox(EVERYTHING, strict=Hostile()), TypeError, "strict must be"),
    "text to install": (lambda: install("x"), TypeError, r"install\(\) takes a Policy, not str"),
    "class to install": (lambda: install(Policy), TypeError, r"install\(\) takes a Policy, not the class Policy"),
    "wrong mode to install": (lambda: install(EVERYTHING, mode="wrong"), ValueError, "'wrong'"),
    "argument for current": (lambda: current(1), TypeError, "takes 0 positional"),
    "the function as a manager": (lambda: enter(sandbox), TypeError, "context manager protocol"),
    "a policy as a manager": (lambda: enter(EVERYTHING), TypeError, "context manager protocol"),
    "a handle as a manager": (lambda: enter(sandbox(EVERYTHING).start()), TypeError, "with sandbox"),
    "a handle as an async manager": (
        lambda: enter_async(lambda: sandbox(EVERYTHING).start()),
        TypeError,
        "with sandbox",
    ),
    "a handle in a stack": (lambda: enter_by_stack(sandbox(EVERYTHING).start()), TypeError, "with sandbox"),
    "a sandbox that is awaited": (lambda: wait_for(sandbox(EVERYTHING)), TypeError, "await"),
    "arguments for start": (lambda: sandbox(EVERYTHING).start(1), TypeError, "takes no arguments"),
    "entered by hand": (lambda: sandbox(EVERYTHING).__enter__(), ScopeError, r"start\(\)"),
    "called with nothing": (lambda: sandbox(EVERYTHING)(), TypeError, "1 positional argument"),
    "decorating nothing": (lambda: sandbox(EVERYTHING)(None), TypeError, "takes functions"),
    "decorating a class": (lambda: sandbox(EVERYTHING)(int), TypeError, "takes functions"),
    "decorating a text": (lambda: sandbox(EVERYTHING)("f"), TypeError, "takes functions"),
    "decorating without a policy": (lambda: sandbox(a_coroutine), TypeError, "takes a Policy, not function"),
    "text for load": (lambda: Policy.load(3.5), TypeError, "float"),
    "nothing for load": (lambda: Policy.load(), TypeError, "missing 1 required"),
    "NUL for load": (lambda: Policy.load("a\0b"), PolicyError, "NUL"),
    "path of 1 MB for load": (lambda: Policy.load("x" * 2**20), PolicyError, "longer than any path"),
    "folder for load": (lambda: Policy.load("/"), PolicyError, "directory"),
    "text for workspace": (lambda: Policy.workspace(3), TypeError, "int"),
    "NUL for workspace": (lambda: Policy.workspace("\0"), PolicyError, "NUL"),
    "path of 1 MB for workspace": (lambda: Policy.workspace("x" * 2**20), PolicyError, "longer than"),
    "positional entries": (lambda: Policy(["x"]), TypeError, "1 positional argument"),
    "a subclass": (lambda: type("Mine", (Policy,), {}), TypeError, "Policy"),
    "a sandbox made by hand": (lambda: type(sandbox(EVERYTHING))(), TypeError, "policy"),
    "a sandbox of anything": (lambda: type(sandbox(EVERYTHING))(EVERYTHING, "x"), TypeError, "ruleset must be"),
}


@pytest.mark.parametrize("case", CALLS)
def test_it_is_answered_by_one_clear_error_and_nothing_is_held(case):
    call, kind, message = CALLS[case]
    with pytest.raises(kind, match=message) as caught:
        call()
    assert caught.value.__cause__ is None
    assert len(str(caught.value)) < 400
    assert current() is None


RANGES = {
    "port beyond every port": "example.com:99999",
    "port that is negative": "example.com:-1",
    "port that is a name": "example.com:http",
    "port that is missing": "example.com:",
    "port with a sign": "example.com:+80",
    "port with blanks": "example.com: 80",
    "port in other digits": "example.com:\u0668\u0660",
    "reversed range": "example.com:90-80",
    "range without an end": "example.com:80-",
    "range of three": "example.com:80-90-100",
    "range beyond every port": "example.com:80-65536",
    "prefix too long": "10.0.0.0/33",
    "prefix of IPv6 too long": "2001:db8::/129",
    "prefix that is no number": "10.0.0.0/x",
    "prefix that is negative": "10.0.0.0/-8",
    "bits beyond the prefix": "10.0.0.1/8",
    "byte beyond every byte": "10.0.0.256:80",
    "IPv6 without brackets": "::1:80:",
    "bracket that stays open": "[::1:80",
    "star in the middle": "api.*.com:443",
    "NUL in a host": "a\0b:80",
    "blank in a host": "a b:80",
    "user in a host": "user@example.com:80",
    "socket that is relative to nothing": "unix:@",
    "host of 1 MB": "x" * 2**20 + ":80",
    "nothing": "",
}


@pytest.mark.parametrize("right", ["connect", "listen"])
@pytest.mark.parametrize("case", RANGES)
def test_an_impossible_address_is_one_error_that_shows_it(case, right):
    text = RANGES[case]
    with pytest.raises(PolicyError, match=f"^{right}: ") as caught:
        Policy(**{right: ["localhost:1", text]})
    said = str(caught.value)
    assert len(said) < 400
    assert repr(text)[1:20] in said or text == ""


FILES = {
    "not UTF-8": b"read = ['\xff\xfe']",
    "UTF-16": 'read = ["a"]'.encode("utf-16"),
    "half of a list": b'read = ["a", "b',
    "half of a table": b"[den",
    "half of a key": b"rea",
    "half of a character": 'name = "\u00e9'.encode()[:-1],
    "nothing but NULs": bytes(4096),
    "a program": b"\x7fELF" + bytes(range(256)),
    "JSON": b'{"read": ["a"]}',
    "Python": b"Policy(read=['a'])",
    "unknown table": b"[rights]\nread = []\n",
    "table of tables": b"[[deny]]\nread = []\n",
    "unknown key far down": b"\n" * 10_000 + b"raed = []\n",
    "1 MB of one path": b'read = ["' + b"x" * 2**20 + b'"]',
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_is_no_policy_is_one_error_that_names_it(case, tmp_path):
    file = tmp_path / "policy.toml"
    file.write_bytes(FILES[case])
    with pytest.raises(PolicyError, match=r"policy\.toml") as caught:
        Policy.load(file)
    assert len(str(caught.value)) < 700
    assert "\n" not in str(caught.value)


def test_an_error_leaves_no_half_of_a_policy_behind(tmp_path):
    before = Policy(read=[tmp_path])
    for change in ({"raed": []}, {"read": "x"}, {"connect": ["a:99999"]}, {"deny": 3}, {"read": ["\0"]}):
        with pytest.raises((PolicyError, TypeError)):
            before.replace(**change)
    assert before == Policy(read=[tmp_path])


def test_a_refused_argument_of_a_host_is_named_before_anything_is_resolved(tmp_path):
    with pytest.raises(PolicyError, match="did you mean 'write'"):
        Policy(read=[tmp_path], wirte=[tmp_path / "missing" / "x"])


def test_two_hundred_thousand_roots_are_no_error():
    policy = Policy(read=[f"/srv/{number}" for number in range(200_000)])
    assert policy._ruleset.decide("open", ("/srv/199999/x", "r", 0))[0] == "allow"
    assert policy._ruleset.decide("open", ("/srv/200000/x", "r", 0))[0] == "refuse"
