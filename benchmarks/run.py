"""The benchmarks, one command: python benchmarks/run.py (a few minutes), or with --full.

Builds the controls, makes the libraries' environments, runs every setup in turns, counts instructions if valgrind is
there, writes one JSON file, plots, and prints each ratio against its promise.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import counts
import environments
import pyperf
import report
from bench_workload import rounds_of_work
from setups import CONTROLS, LIBRARIES, SUBJECTS

HERE = Path(__file__).resolve().parent
PATIENCE = 300  # seconds for one process


@dataclass(frozen=True)
class Bench:
    """One bench file: its setups, and how much of it is enough."""

    setups: list[str]
    quick: tuple[int, int, int, float]  # rounds, values and warm-ups a process, seconds a value
    full: tuple[int, int, int, float]
    environ: dict[str, str] = field(default_factory=dict)
    counted: bool = False


EVENT_SUBJECTS = ["idle", "elsewhere", "inside"]
BENCHES = {
    "event": Bench([*CONTROLS, *LIBRARIES, *EVENT_SUBJECTS], (12, 2, 1, 0.01), (30, 3, 1, 0.02), counted=True),
    "scope": Bench(
        ["no hook", "empty C hook", "Python guard", *LIBRARIES, *SUBJECTS], (12, 2, 1, 0.01), (30, 3, 1, 0.02),
        counted=True,
    ),
    "holding": Bench(["no hook", *EVENT_SUBJECTS], (12, 2, 1, 0.01), (30, 3, 1, 0.02), counted=True),
    "rules": Bench(["inside"], (4, 2, 1, 0.01), (12, 5, 1, 0.02)),
    "memory": Bench(["inside"], (1, 1, 0, 0.001), (3, 1, 0, 0.001), {"PYTHONMALLOC": "malloc"}),
    "workload": Bench(["no hook", "resolving C hook", "inside", *LIBRARIES], (4, 1, 0, 0.05), (21, 1, 0, 0.05)),
}  # fmt: skip


class Run:
    """One run: where it works, what it could not obtain, and what it measured."""

    def __init__(self, work: Path, kept: Path | None, libraries: bool, minutes: float) -> None:
        self.work = work
        self.deadline = time.monotonic() + 60 * minutes
        self.notes: list[str] = []
        self.pythons: dict[str, Path] = {}
        self.versions: dict[str, str] = {}
        self.benchmarks: dict[str, pyperf.Benchmark] = {}
        self.loops: dict[tuple[str, str], Path] = {}
        self.environ = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ},
            "BENCHMARK_CONTROLS": str(work / "controls"),
            "BENCHMARK_ROUNDS_OF_WORK": str(rounds_of_work()),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        environments.build_controls(work / "controls")
        for setup, package in LIBRARIES.items() if libraries else ():
            try:
                python = environments.environment(kept or work / "environments", package)
            except environments.Missing as reason:
                self.note(f"{setup}: {reason}")
            else:
                self.pythons[setup] = python
                self.versions[setup] = f"{package} {environments.version_of(python, package)}"

    def note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)
            print(text, file=sys.stderr)

    def setups(self, bench: Bench) -> list[str]:
        return [setup for setup in bench.setups if setup not in LIBRARIES or setup in self.pythons]

    def command(self, name: str, setup: str, *more: str) -> list[str]:
        python = self.pythons.get(setup, Path(sys.executable))
        # One folder for all setups: what making a file costs depends on where the file system put the folder.
        folder = self.work / "files" / name
        return [str(python), str(HERE / f"bench_{name}.py"), "--setup", setup, "--folder", str(folder), *more]

    def process(self, command: list[str], environ: dict[str, str]) -> str | None:
        """Run one process; what it complained about becomes a note. None: it failed."""
        try:
            done = subprocess.run(
                command, cwd=self.work, env={**self.environ, **environ}, capture_output=True, text=True,
                timeout=PATIENCE,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            self.note(f"{Path(command[1]).stem}: not done within {PATIENCE} s")
            return None
        lines = [line for line in done.stderr.splitlines() if " | " in line]
        if done.returncode != 0:
            lines = [
                f"{Path(command[1]).stem}, {' '.join(command[2:4])}: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
            ]
        for line in lines:
            self.note(line)
        return done.stdout if done.returncode == 0 else None

    def measure(self, name: str, bench: Bench, setup: str, round_: int, size: tuple[int, int, int, float]) -> None:
        """One process of one setup: the first calibrates the loops of all."""
        _, values, warmups, seconds = size
        output = self.work / "round.json"
        options = ["--worker", "-o", str(output), "-n", str(values), "-w", str(warmups), "--min-time", str(seconds)]
        known = self.loops.get((name, setup))
        if known is None:
            options.append("--calibrate-loops")
        else:
            options += ["-l", "1", "--known-loops", str(known)]
        done = self.process(self.command(name, setup, *options), bench.environ)
        if done is not None and output.exists():
            suite = pyperf.BenchmarkSuite.load(str(output))
            if known is None:
                known = self.work / f"loops-{name}-{len(self.loops)}.json"
                loops = {b.get_name().split(" | ")[0]: b.get_metadata()["calibrate_loops"] for b in suite}
                known.write_text(json.dumps(loops))
                self.loops[name, setup] = known
            else:
                self.add(suite, round_)
        output.unlink(missing_ok=True)

    def add(self, suite: Iterable[pyperf.Benchmark], round_: int) -> None:
        """Keep a round's values, and of pyperf's metadata what differs between benchmarks."""
        for benchmark in suite:
            metadata = benchmark.get_metadata()
            keep = {key: metadata[key] for key in ("name", "unit", "loops", "inner_loops") if key in metadata}
            run = pyperf.Run(benchmark.get_values(), metadata={**keep, "round": round_}, collect_metadata=False)
            if benchmark.get_name() in self.benchmarks:
                self.benchmarks[benchmark.get_name()].add_run(run)
            else:
                self.benchmarks[benchmark.get_name()] = pyperf.Benchmark([run])

    def take_turns(self, name: str, bench: Bench, size: tuple[int, int, int, float]) -> None:
        """Every setup once a round, forwards and backwards by turns, so that a drift meets all alike."""
        setups = self.setups(bench)
        for setup in setups:
            self.measure(name, bench, setup, 0, size)
        for round_ in range(size[0]):
            if round_ > 0 and time.monotonic() > self.deadline:
                self.note(f"{name}: {round_} of {size[0]} rounds, time was up")
                break
            for setup in setups if round_ % 2 else reversed(setups):
                if (name, setup) in self.loops:
                    self.measure(name, bench, setup, round_, size)

    def count(self, name: str, bench: Bench) -> None:
        """Instructions in user space, by callgrind: exact, and blind to the kernel's share."""
        for setup in self.setups(bench):
            if setup in LIBRARIES:
                continue
            folder = Path(self.command(name, setup)[5])
            command = counts.command(self.command(name, setup, "--count"), self.work / "callgrind")
            if self.process(command, {**bench.environ, "PYTHONHASHSEED": "0"}) is not None:
                for benchmark, count in counts.read(self.work / "callgrind", folder / "counted.json").items():
                    if benchmark in self.benchmarks:
                        self.benchmarks[benchmark].update_metadata({"instructions": round(count, 1)})


def threads(run: Run, rounds: int) -> None:
    """What an operation costs in one thread and in two at the same time: a question for builds without a GIL."""
    if not report.FREE_THREADED:
        return
    output = run.work / "threads.json"
    for round_ in range(rounds):
        if run.process([sys.executable, str(HERE / "bench_threads.py"), "--json", str(output)], {}) is None:
            continue
        found = []
        for row in json.loads(output.read_text()):
            for setup, nanoseconds in (("1 thread", row["one"]), ("2 threads", row["more"])):
                if nanoseconds > 0:  # not a number: no round was undisturbed
                    benchmark = pyperf.Run([nanoseconds / 1e9], metadata={"name": f"{row['name']} | {setup}"},
                                           collect_metadata=False)  # fmt: skip
                    found.append(pyperf.Benchmark([benchmark]))
                else:
                    run.note(f"threads: {row['name']}, {setup}: other programs were in the way")
        run.add(found, round_)


def revision() -> str:
    """The commit that is measured; with a plus sign when files differ from it."""
    command = ["git", "-C", str(HERE), "describe", "--always", "--abbrev=10", "--exclude=*", "--dirty=+"]
    answer = subprocess.run(command, capture_output=True, text=True)
    return answer.stdout.strip() or "unknown"


def save(run: Run, folder: Path, begin: float) -> tuple[pyperf.BenchmarkSuite, Path]:
    """Write what was measured so far."""
    metadata = report.about(revision(), run.versions, run.notes, time.monotonic() - begin)
    for benchmark in run.benchmarks.values():
        benchmark.update_metadata(metadata)
    suite = pyperf.BenchmarkSuite(list(run.benchmarks.values()))
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / report.file_name(suite)
    suite.dump(str(file), replace=True)
    return suite, file


def stop(*_: object) -> None:
    """Leave by an exception, which clears away what was made; a second signal must not interrupt that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="many rounds")
    parser.add_argument("--rounds", type=int, help="how many rounds, for every bench")
    parser.add_argument("--minutes", type=float, default=60, help="begin no further round after this long (60)")
    parser.add_argument("--only", help=f"comma-separated: {','.join(BENCHES)},threads")
    parser.add_argument("--no-libraries", action="store_true", help="leave out what is installed from the index")
    parser.add_argument("--no-counts", action="store_true", help="do not count instructions")
    parser.add_argument("--environments", type=Path, help="keep the libraries' environments here, for the next run")
    parser.add_argument("--output", type=Path, default=HERE / "results", help="folder of the JSON file")
    parser.add_argument("--plots", type=Path, help="folder of the plots (default: none are drawn)")
    parser.add_argument("--show", type=Path, nargs="+", help="print the tables of these JSON files; measure nothing")
    parser.add_argument("--together", action="store_true", help="with --show: one table, a column a file")
    parser.add_argument("--markdown", action="store_true", help="print tables as Markdown")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    if options.show:
        shown = report.show_together if options.together else report.show
        shown([pyperf.BenchmarkSuite.load(str(file)) for file in options.show], options.markdown)
        return 0
    begin = time.monotonic()
    signal.signal(signal.SIGTERM, stop)
    asked = options.only.split(",") if options.only else [*BENCHES, "threads"]
    chosen = [name for name in asked if name != "threads"]
    with tempfile.TemporaryDirectory(prefix="fastaudit-bench-", ignore_cleanup_errors=True) as work:
        run = Run(Path(work).resolve(), options.environments, not options.no_libraries, options.minutes)
        for name in chosen:
            bench = BENCHES[name]
            size = bench.full if options.full else bench.quick
            print(f"{name} …", file=sys.stderr)
            run.take_turns(name, bench, (options.rounds or size[0], *size[1:]))
            save(run, options.output, begin)  # what is measured outlives a run that is told to stop
        if options.no_counts or shutil.which("valgrind") is None:
            run.note("not counted: " + ("as asked" if options.no_counts else "there is no valgrind"))
        else:
            print("counting …", file=sys.stderr)
            for name in chosen:
                if BENCHES[name].counted:
                    run.count(name, BENCHES[name])
        if "threads" in asked:
            threads(run, options.rounds or (5 if options.full else 2))
        suite, file = save(run, options.output, begin)
    report.show([suite], options.markdown)
    print(f"written: {file}")
    if options.plots:
        import plots

        plots.draw(suite, options.plots)
    return 0


if __name__ == "__main__":
    sys.exit(main())
