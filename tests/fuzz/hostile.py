"""
What fuzz_python.c runs: arguments of chance for every event of the catalogue, against policies of chance.

Each input is bytes; `one()` turns it into an event with arguments that CPython sends, or nearly so, or not at
all, raises it inside a scope, and asks the same policy again outside. A sentence that is false raises.
"""

import csv
import gc
import os
import random
import socket
import sys
import types
import unicodedata
from pathlib import Path

from fastaudit import Deny, Policy, Violation, _core, sandbox

SOURCE = Path(__file__).resolve().parents[2] / "src" / "classify" / "events.csv"
touched: list[str] = []  # methods of operands that somebody called
watching = False


def _loud(base: type) -> type:
    """A subclass that notes every call of a method of its own."""

    def noting(name):
        inherited = getattr(base, name, None)

        def method(self, *args):
            if watching:
                touched.append(f"{base.__name__}.{name}")
            return inherited(self, *args) if inherited is not None else 0

        return method

    names = "__getattribute__ __eq__ __hash__ __str__ __repr__ __len__ __iter__ __getitem__ __index__ __int__ __bool__"
    names += " __fspath__ __bytes__ __contains__ __format__ __lt__ __call__ __float__ encode decode"
    return type(f"Loud{base.__name__.title()}", (base,), {name: noting(name) for name in names.split()})


LOUD = {base: _loud(base) for base in (str, bytes, int, float, tuple, list, dict, object, bytearray, socket.socket)}
SOCKETS = [
    socket.socket(family, kind)
    for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)
]
SOCKETS.append(LOUD[socket.socket](socket.AF_INET, socket.SOCK_STREAM))
UNMADE = socket.socket.__new__(socket.socket)

PATHS = ["/", "/etc/motd", "/srv/box", "/srv/box/a", "/srv/box/../x", "a", ".", "..", "/proc/self/fd/0", "~", "/tmp"]
PATHS += ["", "x" * 300, "/" + "y/" * 2100, "\udc80", "\ud800", "a\0b", "/srv/box/é\udcff", "/srv/box/.env", "é"]
HOSTS = ["example.com", "127.0.0.1", "::1", "0x7f.1", "localhost", "<broadcast>", "*", "ß.example"]
WORDS = ["r", "w", "rb+", "x", "git", "sh", "-c", "status", "PATH", "LD_PRELOAD=/x", "A=b", "os", "ctypes", "_ctypes"]
WORDS += ["user.x", "__code__", *HOSTS]
VISIBLE = {0x06DD, 0x070F, 0x08E2, 0x110BD, 0x110CD, *range(0x0600, 0x0606), *range(0x0890, 0x0892)}
VISIBLE.update(range(0x13430, 0x13440))  # Egyptian, laid out by its marks
DECEPTIVE = {
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp") and code not in VISIBLE
}
NUMBERS = [0, 1, -1, 2, 3, 80, 443, 65535, 65536, -100, os.O_RDWR | os.O_CREAT, 2**31, -(2**31)]
NUMBERS += [2**63, -(2**63) - 1, 2**200]


def _function() -> None:
    pass


def _knot() -> list[object]:
    knot: list[object] = []
    knot.append(knot)
    return knot


def _nested(depth: int) -> object:
    value: object = ()
    for _ in range(depth):
        value = (value,)
    return value


class Feed:
    """The input, read from its beginning; zeros behind its end."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def byte(self) -> int:
        self.at += 1
        return self.data[self.at - 1] if self.at <= len(self.data) else 0

    def below(self, end: int) -> int:
        return (self.byte() << 8 | self.byte()) % end if end > 256 else self.byte() % end

    def pick(self, items):
        return items[self.below(len(items))]

    def raw(self) -> bytes:
        length = self.below(40)
        self.at += length
        return self.data[self.at - length : self.at]


def path(feed: Feed) -> object:
    kind = feed.below(8)
    text = feed.pick(PATHS)
    if kind < 4:
        return text
    if kind == 4:
        return text.encode("utf-8", "surrogatepass")
    if kind == 5:
        return feed.raw()
    return LOUD[str](text) if kind == 6 else LOUD[bytes](text.encode("utf-8", "surrogatepass"))


def word(feed: Feed) -> object:
    text = feed.pick(WORDS)
    return text if feed.below(4) else text.encode()


def number(feed: Feed) -> object:
    kind = feed.below(8)
    return LOUD[int](feed.pick(NUMBERS)) if kind == 0 else feed.byte() if kind == 1 else feed.pick(NUMBERS)


def folder(feed: Feed) -> object:
    return -1 if feed.below(4) else feed.pick([None, 0, 3, -2, 10**6, 2**40])


def words(feed: Feed) -> object:
    items = [feed.pick([word, path])(feed) for _ in range(feed.below(5))]
    return feed.pick([list, tuple, LOUD[list], LOUD[tuple]])(items)


def address(feed: Feed) -> object:
    kind = feed.below(8)
    if kind == 0:
        return path(feed)
    if kind == 1:
        return b"\0abstract" + feed.raw()
    host = feed.pick([word, value])(feed) if kind == 2 else feed.pick(HOSTS)
    rest = [number(feed) for _ in range(feed.pick([1, 1, 1, 0, 2, 3, 4]))]
    return feed.pick([tuple, tuple, tuple, LOUD[tuple], list])([host, *rest])


def sock(feed: Feed) -> object:
    return feed.pick([*SOCKETS, UNMADE, None])


def environment(feed: Feed) -> object:
    return feed.pick([None, words(feed), {"PATH": "/x"}, {word(feed): word(feed)}, ["A=b", b"PATH=/x"]])


def value(feed: Feed, depth: int = 0) -> object:
    """Anything at all."""
    kind = feed.below(28)
    if kind < 8:
        return feed.pick([path, word, number, words, address, sock, environment, path])(feed)
    if kind < 12 and depth < 3:
        items = [value(feed, depth + 1) for _ in range(feed.below(5))]
        return feed.pick([tuple, list, LOUD[tuple], LOUD[list]])(items)
    base = feed.pick(list(LOUD))
    plain = [None, True, False, 1.5, float("nan"), 2j, ..., NotImplemented, _function, _function.__code__, sys, len]
    if kind < 16:
        return feed.pick(plain)
    if kind < 20:
        return LOUD[base]() if base is not socket.socket else LOUD[object]
    makers = [
        lambda: _nested(feed.pick([2, 50, 3000])),
        _knot,
        lambda: "x" * feed.pick([1, 5000, 70000]),
        lambda: b"/" + b"a" * feed.pick([4093, 4094, 4095, 4096, 100000]),
        lambda: ("a",) * feed.pick([100, 5000]),
        lambda: bytearray(feed.raw()),
        lambda: memoryview(feed.raw()),
        lambda: feed.raw().decode("utf-8", "surrogateescape"),
        lambda: feed.raw().decode("utf-16", "surrogatepass"),
        lambda: feed.raw().decode("latin-1"),
        lambda: types.CodeType,
        lambda: _function.__code__.replace(co_flags=_function.__code__.co_flags ^ 256),
        lambda: Path("/srv/box"),
        lambda: range(feed.byte()),
        lambda: {value(feed, 3).__class__: 1},
        lambda: (number(feed), word(feed)),
    ]
    try:
        return feed.pick(makers)()
    except ValueError:
        return None


# What CPython sends, by the way its tuple is read.
TEMPLATES = {
    "address": [sock, address],
    "arguments": [words],
    "attribute": [lambda feed: feed.pick([_function, sys, value(feed)]), word, value],
    "callback": [value],
    "chdir": [path],
    "chmod": [path, number, folder],
    "chown": [path, number, number, folder],
    "dlopen": [path],
    "enable": [value, value],
    "env": [word, word],
    "exec": [path, words, environment],
    "fork_exec": [words, words, path, environment, value, value],
    "getaddrinfo": [word, number, number, number, number],
    "getnameinfo": [address],
    "hostname": [word],
    "import": [word, path, words, words, words],
    "ioctl": [number, number, value],
    "kill": [number, number],
    "killpg": [number, number],
    "link": [path, path, folder, folder],
    "list": [path],
    "load_extension": [value, path],
    "metadata": [path, word, word, number],
    "mkdir": [path, number, folder],
    "open": [path, word, number],
    "popen": [path, words, path, environment],
    "posix_spawn": [path, words, environment],
    "prlimit": [number, number, value],
    "pthread_kill": [number, number],
    "read": [path, word],
    "remove": [path, folder],
    "rename": [path, path, folder, folder],
    "reverse": [word],
    "setpgid": [number, number],
    "socket": [sock, number, number, number],
    "spawn": [number, path, words, environment],
    "sqlite": [path],
    "symlink": [path, path, folder],
    "syslog": [address],
    "system": [word],
    "truncate": [path, number],
    "utime": [path, value, value, folder],
}


def arguments(feed: Feed, unpacker: str) -> tuple[object, ...]:
    makers = TEMPLATES.get(unpacker, [value, value])
    kind = feed.below(8)
    if kind == 0:
        return tuple(value(feed) for _ in range(feed.below(8)))
    made = [make(feed) for make in makers]
    if kind < 4:
        made[feed.below(len(made))] = value(feed)
    elif kind == 4:
        made = made[: feed.below(len(made) + 1)]
    elif kind == 5:
        made += [value(feed) for _ in range(feed.below(4))]
    return tuple(made)


with SOURCE.open(encoding="utf-8") as _lines:
    ROWS = list(csv.DictReader(line for line in _lines if not line.startswith("#")))
READING = [row for row in ROWS if row["unpacker"] != "none"]
UNKNOWN = ["mylib.event", "", "open ", "os", "cpython._PySys_ClearAuditHooks"]
PATH_FIRST = (
    "chdir chmod chown exec link list metadata mkdir open posix_spawn read remove rename symlink truncate utime"
)
ALLOWING = ["/srv/box", "/tmp", "/etc/motd", "**/.env", "/srv/*/a"]
KEYWORDS = {
    "read": ALLOWING,
    "write": ALLOWING,
    "connect": ["example.com:443", "127.0.0.1:*", "unix:/srv/*", "10.0.0.0/8:80"],
    "listen": ["127.0.0.1:8000-8999", "[::1]:*", "unix:@a"],
    "resolve": ["*.example.com"],
    "run": ["git status *", "sh -c *", "{python} *"],
    "imports": ["os", "json.*", "ctypes"],
    "env": ["PATH", "A*"],
}


def _policies() -> list[Policy]:
    chance = random.Random(5)
    made = [Policy(name="none"), Policy.unrestricted(), Policy.readonly(), Policy.offline(), Policy.workspace("/tmp")]
    while len(made) < 24:
        lists = {k: chance.sample(v, chance.randint(1, len(v))) for k, v in KEYWORDS.items()}
        kept = {k: v for k, v in lists.items() if chance.random() < 0.6}
        denied = {k: v[:1] for k, v in lists.items() if chance.random() < 0.3}
        base = chance.choice([{}, {}, {"fork": True}, {"signal": True}, {"socket": True}])
        made.append(Policy(name=f"p{len(made)}", deny=Deny(**denied), **base, **kept))
    return made + [made[i] & made[i + 1] for i in range(4, 20, 3)]


POLICIES = _policies()
SCOPES = [(sandbox(policy), policy._ruleset) for policy in POLICIES]
with SCOPES[0][0]:
    pass  # what is imported and made at the first entry


def raise_event(feed: Feed) -> None:
    """Raise an event in a scope: refused exactly where the policy's dry run says so, by raw data alone."""
    global watching
    row = feed.pick(READING if feed.below(4) else ROWS)
    name = row["name"] if feed.below(32) else feed.pick(UNKNOWN)
    args = arguments(feed, row["unpacker"])
    manager, rules = feed.pick(SCOPES)
    touched.clear()
    refusal = None
    with manager as box:
        watching = True
        try:
            sys.audit(name, *args)
        except Violation as error:
            refusal = error
        finally:
            watching = False
    watching = True
    try:
        outcome, reason, _, _ = rules.decide(name, args)
        shape = _core.unpack(name, args)["shape"]
    finally:
        watching = False
    assert not touched, f"{name} called {touched}"
    assert (refusal is None) == (outcome == "allow"), (name, outcome, refusal)
    assert refusal is None or refusal.reason == reason
    if shape == "broken" and outcome == "allow":
        assert rules.decide(name, ())[0] == "allow", f"{name}: undecodable operands passed"
    if row["unpacker"] in PATH_FIRST.split() and name == row["name"] and len(args) > 0:
        readable = isinstance(args[0], (str, bytes, int)) or args[0] is None
        assert readable or shape == "broken", f"{name}: an operand that is no path was read"
    if refusal is not None:
        text = str(refusal)
        assert not DECEPTIVE.intersection(text), ascii(text)
        assert refusal.json().isascii() and len(text) < 30000
        assert len(box.violations) + box.dropped + box.quiet >= 1
    else:
        assert not box.violations


def build_rules(feed: Feed) -> None:
    """Rows of any kind make a ruleset or an error, and what they make decides."""
    rows = {key: [] for key in ("paths", "addresses", "commands", "env", "events")}
    made = {
        "name": "p",
        "allow": 0,
        "deny": 0,
        "unknown": True,
        "common": None,
        "imports": None,
        "natives": None,
        **rows,
    }
    shapes = {
        "paths": lambda: (path(feed), feed.below(8), number(feed), number(feed), number(feed), word(feed)),
        "addresses": lambda: (number(feed), feed.byte() & 1, False, feed.pick(["*:*", "a.b:1", "unix:/a", word(feed)])),
        "commands": lambda: (False, False, word(feed), path(feed), path(feed), words(feed), True, word(feed)),
        "imports": lambda: (False, word(feed)),
        "natives": lambda: (True, word(feed)),
        "env": lambda: (False, word(feed)),
        "events": lambda: (feed.byte() & 1, word(feed)),
    }
    for _ in range(feed.below(4)):
        key = feed.pick(list(shapes))
        row = shapes[key]()
        if not feed.below(4):
            at = feed.below(len(row))
            row = (*row[:at], value(feed), *row[at + 1 :])
        made[key] = [row] if feed.below(8) else value(feed)
    if not feed.below(2):
        alone = _core.Ruleset(**made)
        made |= {"paths": [shapes["paths"]() for _ in range(feed.below(3))], "common": alone}
    for key in ("name", "allow", "deny", "unknown", "common"):
        if not feed.below(6):
            made[key] = value(feed)
    rules = _core.Ruleset(**made)
    row = feed.pick(ROWS)
    rules.decide(row["name"], arguments(feed, row["unpacker"]))
    both = _core.Ruleset.both(rules, feed.pick(SCOPES)[1])
    assert repr(both)


def call_functions(feed: Feed) -> None:
    """Every function and type of the core takes anything, and answers or raises."""
    names = ["resolve", "check_address", "check_pattern", "unpack", "violation", "Location", "Frozen", "Sandbox"]
    names += ["Ruleset", "Steps", "Violation", "PermissionViolation", "ImportViolation"]
    found = getattr(_core, feed.pick(names), None)
    args = [value(feed) for _ in range(feed.below(4))]
    if found is not None and feed.below(2):
        args = [feed.pick([path, word, value])(feed) for _ in range(feed.below(3))]
    if found is _core.violation:
        args = [bool(feed.byte() & 1), tuple(feed.pick([None, "x", word(feed), value(feed)]) for _ in range(11))]
    if found is not None:
        made = found(*args)
        repr(made)
        if isinstance(made, Violation):
            str(made), made.json(), made.reason, made.location, made.__reduce__()


ROUNDS = [raise_event] * 6 + [build_rules, call_functions]
EXPECTED = (TypeError, ValueError, OSError, OverflowError, RecursionError, AttributeError, ZeroDivisionError)


def one(data: bytes) -> None:
    """Run one input."""
    feed = Feed(data)
    run = feed.pick(ROUNDS)
    if run is raise_event:
        run(feed)
        return
    try:
        run(feed)
    except EXPECTED:
        pass


def collect() -> None:
    """Leave nothing behind that is no leak."""
    touched.clear()
    gc.collect()
