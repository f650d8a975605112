"""The words that everybody uses: rights, events, answers. Read from the one event table of the repository."""

import csv
from pathlib import Path
from typing import NamedTuple

FILES = ("read", "create", "modify", "delete", "metadata", "link")
NETWORK = ("connect", "listen", "resolve")
SWITCHES = (
    "socket", "fork", "exec", "signal", "cwd", "umask", "limits", "threads", "interpreters", "code", "introspect",
    "trace", "hook", "custom",
)  # fmt: skip
GROUP = {"write": FILES[1:]}
GIVEN_TO_ALL = frozenset({"threads", "code", "custom"})  # DESIGN 5: what ordinary code needs at every step


class Row(NamedTuple):
    """One event of the table."""

    name: str
    right: str  # "none": it asks for nothing
    shape: str
    refusable: bool
    guard: bool  # allowing it would undo the guard


class Answer(NamedTuple):
    """Allow, refuse or quiet; why not; which right was lacking."""

    verdict: str
    reason: str = ""
    right: str = ""

    def __bool__(self):
        return self.verdict == "allow"


ALLOW = Answer("allow")


def refuse(right, reason):
    return Answer("refuse", reason, right)


class Malformed(Exception):
    """The arguments are not what CPython sends."""


def read_table():
    file = Path(__file__).resolve().parents[2] / "src" / "classify" / "events.csv"
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return {
        row["name"]: Row(row["name"], row["right"], row["unpacker"], row["refusable"] == "1", row["guard"] == "1")
        for row in csv.DictReader(lines)
    }


EVENTS = read_table()


def text(value):
    """A text of an event as the bytes that the system gets."""
    if isinstance(value, str):
        return str.encode(value, "utf-8", "surrogateescape")
    if isinstance(value, bytes):
        return bytes(value)
    raise Malformed


def string(value):
    """A text that the system takes as a string, so that it can hold no NUL."""
    found = text(value)
    if b"\0" in found:
        raise Malformed
    return found


def number(value):
    if not isinstance(value, int):
        raise Malformed
    return int(value)


def operands(args, *counts):
    """The arguments of an event, if there are as many as CPython sends."""
    if len(args) not in counts:
        raise Malformed
    return args
