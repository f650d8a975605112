"""How a suggestion for a policy becomes options of the command line."""

import pytest

from fastaudit import _report


@pytest.mark.parametrize(
    ("suggestion", "options"),
    [
        ('read=["/etc/motd"]', "--read /etc/motd"),
        ("read=['/a b', \"/it's\"]", "--read '/a b' --read '/it'\"'\"'s'"),
        ('read=["/x"], write=["/x"]', "--read /x --write /x"),
        ('allow=["fork"]', "--allow fork"),
        ("fork=True", "--fork"),
        ("connect=True", "--allow connect"),
        ('connect=["[::1]:80"]', "--connect '[::1]:80'"),
        ('run=["git log --format=*"]', "--run 'git log --format=*'"),
        ("remove '**/.env' from deny", None),
        ("", None),
        ("read", None),
        ("read=__import__('os')", None),
        ("*[1]", None),
        ("**{'read': 1}", None),
        ("read=[", None),
        ("x) + (y", None),
        ("\0", None),
        ("(" * 10_000, None),
    ],
)
def test_a_suggestion_as_options(suggestion, options):
    assert _report.as_options(suggestion) == options


def test_the_violation_behind_a_loop_of_causes_is_looked_for_once():
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    assert _report.find_violation(first) is None
