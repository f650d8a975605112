"""What the core costs, as ratios against controls of the same run: python benchmarks/bench_core.py"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

HERE = Path(__file__).parent

PREPARE = """
import contextvars, json, os, sys, tempfile, time
folder = tempfile.mkdtemp()
path = os.path.join(folder, "file")
open(path, "w").close()
variable = contextvars.ContextVar("variable")

def event(audit=sys.audit):
    audit("fastaudit.benchmark", 1)
def open_file(open_=os.open, close=os.close):
    close(open_(path, 0))
def open_text():
    open(path).close()
def pair():
    variable.reset(variable.set(1))

def measure(function, seconds=0.15):
    number, spent = 100, 0.0
    while spent < seconds / 8:
        number *= 2
        begin = time.perf_counter()
        for _ in range(number): function()
        spent = time.perf_counter() - begin
    best = spent / number
    for _ in range(7):
        begin = time.perf_counter()
        for _ in range(number): function()
        best = min(best, (time.perf_counter() - begin) / number)
    return best * 1e9

def report(**more):
    print(json.dumps({"event": measure(event), "open": measure(open_file), "text": measure(open_text), **more}))
"""

SANDBOX = "from fastaudit import Policy, sandbox\nmanager = sandbox(Policy(read=[folder]))\n"

VARIANTS = {
    "no hook": "report()",
    "empty C hook": "sys.path.insert(0, {build!r}); import empty_hook; report()",
    "empty Python hook": "sys.addaudithook(lambda name, args: None); report()",
    "typical Python guard": (
        "def hook(name, args):\n"
        "    if name == 'open' and isinstance(args[0], str):\n"
        "        if not os.path.realpath(args[0]).startswith(folder): raise PermissionError(args[0])\n"
        "sys.addaudithook(hook); report()"
    ),
    "fastaudit, no scope alive": SANDBOX + "report()",
    "fastaudit, a scope elsewhere": (
        SANDBOX
        + "def keep():\n    with manager: return contextvars.copy_context()\n"
        + "kept = contextvars.copy_context().run(keep); report()"
    ),
    "fastaudit, inside": (
        SANDBOX + "def enter():\n    with manager: pass\n"
        "scope = measure(enter) / measure(pair)\nwith manager: report(scope=scope)"
    ),
}


def build_control(folder: str) -> None:
    """Compile the empty hook for this interpreter."""
    name = "empty_hook" + sysconfig.get_config_var("EXT_SUFFIX")
    include = sysconfig.get_path("include")
    source = HERE / "controls" / "empty_hook.c"
    command = ["cc", "-O2", "-shared", "-fPIC", f"-I{include}", str(source), "-o", f"{folder}/{name}"]
    subprocess.run(command, check=True)


def main() -> None:
    """Run every variant in turns, in processes of their own, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the samples to this file")
    options = parser.parse_args()

    samples: dict[str, list[dict[str, float]]] = {name: [] for name in VARIANTS}
    with tempfile.TemporaryDirectory() as build:
        build_control(build)
        for _ in range(options.rounds):
            for name, code in VARIANTS.items():
                done = subprocess.run(
                    [sys.executable, "-P", "-c", PREPARE + code.replace("{build!r}", repr(build))],
                    check=True, capture_output=True, text=True,
                )  # fmt: skip
                samples[name].append(json.loads(done.stdout))

    def median(name: str, what: str) -> float:
        return statistics.median(sample[what] for sample in samples[name])

    print(f"{'':32}{'event':>10}{'/ empty C':>11}{'os.open':>10}{'/ none':>8}{'open()':>10}{'/ none':>8}")
    for name in VARIANTS:
        event, opened, text = (median(name, what) for what in ("event", "open", "text"))
        print(
            f"{name:32}{event:8.0f}ns{event / median('empty C hook', 'event'):10.2f}x"
            f"{opened / 1000:8.2f}us{opened / median('no hook', 'open'):7.2f}x"
            f"{text / 1000:8.2f}us{text / median('no hook', 'text'):7.2f}x"
        )
    print(f"enter and exit of a scope: {median('fastaudit, inside', 'scope'):.2f}x a plain set and reset")
    if options.json:
        options.json.write_text(json.dumps(samples, indent=1))


if __name__ == "__main__":
    main()
