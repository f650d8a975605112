"""
Runs CPython's own tests bare and beside and inside sandboxes, and lists what came out differently.

    python tests/cpython/compare.py [--ways alive unrestricted rules] [--timeout SECONDS] [MODULE ...]

The tests are those of the interpreter that runs this, which has to have them (`python -m test`). Ways: `alive` is outside
any scope, while one is alive in another context; `unrestricted` is inside `Policy.unrestricted()`; `rules` is inside one
that grants `/` by rules, so that every name is judged and every file is opened by the guard. Tests that expected.toml gives
a reason for run in a process of their own: what they leave behind undone is nothing for others to stumble over. What else
differs is run once more, alone, in both ways: tests that fail now and then are left out. The exit status is 1 when any is left.

Install the package as users do: what an editable install adds to every start of Python hangs in interpreters that threads make.
"""

import argparse
import fnmatch
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path

FILES = [
    "test_io", "test_os", "test_fileio", "test_tempfile", "test_pathlib", "test_shutil", "test_zipfile", "test_tarfile",
    "test_sqlite3",
]  # fmt: skip
RUNNING = [
    "test_context", "test_audit", "test_thread", "test_gc", "test_weakref", "test_signal", "test_interpreters",
    "test_threading", "test_subprocess", "test_asyncio", "test_concurrent_futures",
]  # fmt: skip
WAYS = ["alive", "unrestricted", "rules"]
HERE = Path(__file__).parent


def run(way, names, timeout, without=()):
    """Run tests in one way: outcome and first words by test, and what ended the process early, if anything."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found, left_out = Path(folder, "found"), Path(folder, "left out")
        left_out.write_text(json.dumps(list(without)))
        with open(Path(folder, "output"), "wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-X", "faulthandler", HERE / "run_one.py", way, found, left_out, *names],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
            )  # fmt: skip
            try:
                status = process.wait(timeout)
            except subprocess.TimeoutExpired:
                status = f"more than {timeout} seconds"
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        lines = found.read_text().splitlines() if found.exists() else []
        outcomes = {}
        for line in lines:
            name, outcome, words = json.loads(line)
            outcomes[name] = (outcome, words)
        if status != 0:
            words = Path(folder, "output").read_text(errors="replace")[-2000:]
            outcomes["the process"] = (f"ended with {status}", words)
        return outcomes


def differences(module, way, bare, known, timeout):
    """
    Run a module's tests.

    Returns what came of each, those that come out differently (those of which that is known, the others twice), and how many
    came out alike when they were run once more, alone.
    """
    held = run(way, [module], timeout, known)
    ending = [name for name, row in known.items() if not row.get("hangs")]
    held |= run(way, ending, timeout) if ending else {}
    names = sorted(name for name in bare.keys() | held.keys() if bare.get(name, "")[0:1] != held.get(name, "")[0:1])
    tests = [name for name in names if name.startswith("test.") and name not in known]
    alike = []
    if tests:
        again, held_again = run("bare", tests, timeout), run(way, tests, timeout)
        alike = [name for name in tests if again.get(name, "")[0:1] == held_again.get(name, "absent")[0:1]]
        names = [name for name in names if name not in alike]
        held |= held_again
    found = {name: (bare.get(name, ("absent", "")), held.get(name, ("absent", ""))) for name in names}
    return held, found, len(alike)


def row_for(rows, name, way):
    """Which row says that a difference is expected; None when none does. The last one that fits counts."""
    here = "{}.{}".format(*sys.version_info)
    for row in reversed(rows):
        fits = any(fnmatch.fnmatchcase(name, pattern) for pattern in row["tests"])
        if fits and way in row.get("ways", WAYS) and here in row.get("versions", [here]):
            return row
    return None


def is_here(module):
    """Whether this Python has these tests: those of interpreters came with 3.12."""
    return importlib.util.find_spec(f"test.{module}") is not None


def ways_for(module):
    """How tests are run unless somebody says otherwise: rules about files matter to those of files."""
    return ["alive", "unrestricted"] if module in RUNNING else ["unrestricted", "rules"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("modules", nargs="*", default=FILES + RUNNING)
    parser.add_argument("--ways", nargs="*", choices=WAYS)
    parser.add_argument("--timeout", type=float, default=900)
    options = parser.parse_args()
    rows = tomllib.loads((HERE / "expected.toml").read_text())["different"]
    unexplained = 0
    for module in options.modules:
        if not is_here(module):
            print(f"{sys.version.split()[0]} {module}: not among the tests of this Python", flush=True)
            continue
        bare = run("bare", [module], options.timeout)
        for way in options.ways or ways_for(module):
            fitting = {name: row_for(rows, name, way) for name in bare if name.startswith("test.")}
            known = {name: row for name, row in fitting.items() if row is not None}
            held, found, alone = differences(module, way, bare, known, options.timeout)
            outcomes = Counter(outcome for outcome, _ in held.values()).most_common()
            came_out = ", ".join(f"{count} {outcome}" for outcome, count in outcomes)
            later = f", {alone} alike only alone" if alone else ""
            head = f"{sys.version.split()[0]} {module} {way}"
            print(f"{head}: {len(held)} tests ({came_out}), {len(found)} different{later}", flush=True)
            for name, (outside, inside) in found.items():
                row = row_for(rows, name, way)
                reason = row and row["reason"]
                unexplained += reason is None
                print(f"    {name}: {outside[0]}, inside {inside[0]}: {reason or 'NO REASON KNOWN'}")
                if reason is None:
                    print(
                        "\n".join("        " + line for line in (inside[1] or outside[1]).splitlines()[-12:]),
                        flush=True,
                    )
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
