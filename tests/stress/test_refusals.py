"""A real operation is refused for each event that this Python can raise, in a process that survives it and works on."""

import csv
import importlib
import json
import os
import pty
import subprocess
import sys
import textwrap
import tomllib
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CATALOGUE = ROOT / "src" / "classify" / "events.csv"
REASONS = tomllib.loads((HERE / "unprovoked.toml").read_text())["reason"]


def rows():
    return list(csv.DictReader(line for line in CATALOGUE.read_text().splitlines() if line and line[0] != "#"))


def is_lacking(dotted):
    """Whether this Python has no such module, or none with such a thing in it."""
    module, _, path = dotted.partition(".")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = importlib.import_module(module)
        for name in filter(None, path.split(".")):
            found = getattr(found, name)
    except (ImportError, AttributeError):
        return True
    return False


def has_no_terminals():
    try:
        for end in pty.openpty():
            os.close(end)
    except OSError:
        return True
    return False


def hidden():
    """Known holes: nothing would be refused."""
    text = (ROOT / "README.md").read_text()
    return [event for reason in REASONS for event in reason.get("readme", ()) if f"`{event}`" in text]


def excused():
    """The events whose reason holds here."""
    found = {*hidden()}
    for reason in REASONS:
        found |= {event for event, dotted in reason.get("lacking", {}).items() if is_lacking(dotted)}
        found |= {*reason.get("final", ())} if sys.version_info.releaselevel == "final" else set()
        found |= {*reason.get("terminal", ())} if has_no_terminals() else set()
    return found


# ---- what a whole process has to be started for ----

# By event: the words after the interpreter, and what it reads; what is refused would print a line.
STARTS = {
    "cpython.run_command": (["-c", "print('done')"], ""),
    "cpython.run_file": (["script.py"], ""),
    "cpython.run_module": (["-m", "script"], ""),
    "cpython.run_stdin": ([], "print('done')"),
    "cpython.run_startup": (["-i"], ""),
    "cpython.run_interactivehook": (["-i", "-c", "import sys; sys.__interactivehook__ = lambda: print('done')"], ""),
}
# These are not refusable; the process is to end as it would.
ENDS = {
    "sys.excepthook": ("1 / 0", 1, "ZeroDivisionError"),
    "cpython._PySys_ClearAuditHooks": ("print('done')", 0, ""),
}


def started(folder, name, words, text, *, refused):
    (folder / "script.py").write_text("print('done')\n")
    floor = f"""
        from fastaudit import Deny, Policy, install
        install(Policy.unrestricted().replace(deny=Deny(rights=[{name!r}])))
    """
    (folder / "sitecustomize.py").write_text(textwrap.dedent(floor) if refused else "")
    startup = {"PYTHONSTARTUP": str(folder / "script.py")} if name == "cpython.run_startup" else {}
    environment = os.environ | {"PYTHONPATH": str(folder), **startup}
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", *words],
        cwd=folder,
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


@pytest.mark.parametrize("name", STARTS)
def test_what_an_interpreter_is_started_for_can_be_refused(tmp_path, name):
    words, text = STARTS[name]
    assert "done" in started(tmp_path, name, words, text, refused=False).stdout
    held = started(tmp_path, name, words, text, refused=True)
    assert held.returncode >= 0, held
    assert "done" not in held.stdout, held
    assert f"refused: {name}" in held.stderr, held


@pytest.mark.parametrize("name", ENDS)
def test_what_ends_a_process_is_not_refused(tmp_path, name):
    source, status, said = ENDS[name]
    script = f"""
        from fastaudit import Deny, Policy, sandbox
        sandbox(Policy.unrestricted().replace(deny=Deny(rights=[{name!r}]))).start()
        {source}
    """
    words = [sys.executable, "-X", "faulthandler", "-P", "-c", textwrap.dedent(script)]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == status, done
    assert said in done.stderr, done


# ---- all others, in one process ----


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    words = [sys.executable, "-X", "faulthandler", HERE / "refuse_really.py", CATALOGUE, *hidden()]
    folder = tmp_path_factory.mktemp("refusals")
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_real_operation_is_refused_and_the_host_works_afterwards(outcome):
    assert outcome["wrong"] == []


def test_every_event_that_this_python_raises_is_refused_really_or_has_a_reason(outcome):
    younger = {row["name"] for row in rows() if int(row["since"]) > sys.version_info.minor}
    missing = {row["name"] for row in rows()} - {*outcome["refused"]} - {*STARTS} - {*ENDS} - younger
    assert missing - excused() == set()


def test_no_reason_is_given_for_what_is_refused_really(outcome):
    assert excused() & {*outcome["refused"]} == set()


def test_what_younger_pythons_raise_is_not_raised_here(outcome):
    younger = {row["name"] for row in rows() if int(row["since"]) > sys.version_info.minor}
    # What fastaudit raises in its stead, where CPython is silent.
    assert younger & {*outcome["refused"]} - {"_posixsubprocess.fork_exec"} == set()
