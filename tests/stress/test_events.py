"""Every event of the catalogue is refused once, in a process that survives it and works afterwards."""

import subprocess
import sys
import textwrap
from pathlib import Path

HERE = Path(__file__).parent
CATALOGUE = HERE.parents[1] / "src" / "classify" / "events.csv"


def run(words, folder):
    """Run Python in a process of its own; give what it printed."""
    words = [sys.executable, "-X", "faulthandler", *words]
    result = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-3000:]
    return result.stdout.strip()


def test_every_event_can_be_refused_and_the_host_works_afterwards(tmp_path):
    wrong, _, counts = run([HERE / "refuse_events.py", CATALOGUE], tmp_path).rpartition("\n")
    assert wrong == ""
    events, provoked = map(int, counts.split())
    assert events > 200
    assert provoked > 70, "by real operations"


def test_an_act_whose_event_is_not_refusable_is_refused_all_the_same(tmp_path):
    # Of those that have a right there is one: an error at its event crashes CPython 3.12.
    script = """
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        from fastaudit import Policy, Violation, sandbox
        with sandbox(Policy()):
            try:
                interpreters.create()
            except Violation as violation:
                print(violation.right)
        interpreters.destroy(interpreters.create())
        print("made")
    """
    assert run(["-P", "-c", textwrap.dedent(script)], tmp_path) == "interpreters\nmade"
