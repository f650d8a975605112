"""The catalogue of events: what the running interpreter raises is known to it, and can be read."""

import csv
import json
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from fastaudit import _core

HERE = Path(__file__).resolve().parent
CATALOGUE = HERE.parents[1] / "src/classify/events.csv"
# fastaudit converts this mapping before it lets the event happen; by itself CPython shows the mapping.
SHOWN_UNCONVERTED = {"os.posix_spawn"}
# What another thread may change while it is read: refused where there is no GIL.
MAY_CHANGE = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def rows():
    lines = [line for line in CATALOGUE.read_text().splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines))


@pytest.fixture(scope="module", params=["provoke_system_events.py", "provoke_python_events.py"])
def provoked(request):
    script = HERE.parent / "isolated" / request.param
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_provoked_event_is_in_the_catalogue(provoked):
    assert provoked["unknown"] == []


def test_the_arguments_of_every_provoked_event_can_be_read(provoked):
    broken = [one for one in provoked["broken"] if one[0] not in SHOWN_UNCONVERTED]
    assert [one for one in broken if not (MAY_CHANGE and "bytearray(" in str(one))] == []


def test_every_act_that_provokes_events_is_done(provoked):
    assert provoked["failures"] == []
    assert len(provoked["seen"]) > 40


@pytest.mark.parametrize("name", [row["name"] for row in rows()])
def test_every_event_of_the_catalogue_is_found_by_its_name(name):
    assert _core.unpack(name, ())["known"]
    for other in (name + "x", name[:-1], name.upper(), "x" + name):
        if other not in {row["name"] for row in rows()}:
            assert not _core.unpack(other, ())["known"], other


@pytest.mark.parametrize("name", ["", "o", "mylib.event", "open\N{LATIN SMALL LETTER E WITH ACUTE}", "x" * 100_000])
def test_a_name_that_the_catalogue_lacks_is_unknown(name):
    shown = _core.unpack(name, (object(),))
    assert not shown["known"]
    assert shown["shape"] == "none"


def test_what_undoes_the_guard_needs_a_right():
    for row in rows():
        assert row["guard"] == "0" or row["right"] != "none", row["name"]


def test_what_cannot_be_refused_needs_no_right_or_is_interposed():
    interposed = {"cpython.PyInterpreterState_New"}
    for row in rows():
        assert row["refusable"] == "1" or row["right"] == "none" or row["name"] in interposed, row["name"]
