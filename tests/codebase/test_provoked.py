"""Each event of the catalogue is provoked by a real operation in tests/stress, or there stands why it cannot be."""

import csv
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STRESS = ROOT / "tests" / "stress"


@pytest.fixture(scope="module")
def provoked():
    """The events that have an operation: in one process for all, or a process for each."""
    sys.path.insert(0, str(STRESS))
    try:
        import refused_acts_network  # noqa: F401
        import refused_acts_python  # noqa: F401
        from refused_acts import ACTS
        from test_refusals import ENDS, STARTS
    finally:
        sys.path.remove(str(STRESS))
    return {*ACTS, *ENDS, *STARTS}


@pytest.fixture(scope="module")
def excused():
    """The events of which something says why they are not provoked, somewhere or ever."""
    reasons = tomllib.loads((STRESS / "unprovoked.toml").read_text())["reason"]
    return {event for reason in reasons for kind, events in reason.items() if kind != "why" for event in events}


@pytest.fixture(scope="module")
def catalogue():
    lines = (ROOT / "src" / "classify" / "events.csv").read_text().splitlines()
    return {row["name"] for row in csv.DictReader(line for line in lines if line and line[0] != "#")}


def test_each_event_is_provoked_or_has_a_reason(catalogue, provoked, excused):
    assert catalogue - provoked - excused == set()


def test_nothing_is_provoked_or_excused_that_is_no_event(catalogue, provoked, excused):
    assert (provoked | excused) - catalogue == set()
