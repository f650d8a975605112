"""What a run says: the machine, each ratio with its spread against its promise, and what people use today beside it."""

from __future__ import annotations

import platform
import re
import statistics
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pyperf
import rows
from rich import box
from rich.console import Console
from rich.table import Table
from setups import CONTROLS, LIBRARIES

Suite = pyperf.BenchmarkSuite
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def processor() -> str:
    """The kind of machine, without its name."""
    try:
        found = re.search(r"^model name\s*: (.*)", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or platform.machine()


def about(revision: str, versions: dict[str, str], notes: list[str], seconds: float) -> dict[str, str]:
    """What every benchmark of a run's JSON file carries."""
    import os

    build = " free-threaded" if FREE_THREADED else ""
    return {
        "commit": revision,
        "python": platform.python_version() + build,
        "machine": f"{processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "libraries": "; ".join(sorted(set(versions.values()))) or "none",
        "notes": " // ".join(" ".join(note.split()) for note in notes) or "none",  # pyperf takes no line ends
        "took": f"{seconds:.0f} s",
    }


def file_name(suite: Suite) -> str:
    """commit-machine-python.json; the machine by its kind."""
    data = suite.get_benchmarks()[0].get_metadata()
    kind = re.sub(r"[^a-z0-9]+", "-", f"{data['architecture']} {data['machine'].split(',')[0]}".lower())
    commit = data["commit"].replace("+", "-changed")
    return f"{commit}-{kind.strip('-')}-py{data['python'].replace(' free-threaded', 't')}.json"


def version_of(suite: Suite) -> tuple[int, ...]:
    """The version of Python that a run measured."""
    return tuple(int(n) for n in suite.get_benchmarks()[0].get_metadata()["python"].split()[0].split("."))


def is_free_threaded(suite: Suite) -> bool:
    """Whether it measured one without a GIL."""
    return bool(suite.get_benchmarks()[0].get_metadata()["python"].endswith(" free-threaded"))


@dataclass(frozen=True)
class Figure:
    """What a row says, and where the middle half of its rounds lay."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Figure:
        """The median of the rounds."""
        if len(values) < 2:
            return cls(values[0], values[0], values[0])
        low, _, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(statistics.median(values), low, high)


def values_by_round(suite: Suite, measured: rows.Measured) -> dict[int, tuple[float, ...]]:
    """Each round's values; empty when it was not measured."""
    try:
        benchmark = suite.get_benchmark(f"{measured[0]} | {measured[1]}")
    except KeyError:
        return {}
    return {run.get_metadata()["round"]: run.values for run in benchmark.get_runs()}


def by_round(suite: Suite, measured: rows.Measured) -> dict[int, float]:
    """The median of each round's values; empty when it was not measured."""
    return {number: statistics.median(values) for number, values in values_by_round(suite, measured).items()}


def best(suite: Suite, measured: rows.Measured | None) -> float:
    """The least of all values, in whichever round."""
    return 1.0 if measured is None else min(min(values) for values in values_by_round(suite, measured).values())


KINDS: dict[str, Callable[[float, float], float]] = {
    "ratio": lambda subject, control: subject / control,
    "throughput": lambda subject, control: control / subject,
    "difference": lambda subject, control: subject - control,
    "value": lambda subject, _: subject,
}


def figure(suite: Suite, row: rows.Row) -> Figure | None:
    """
    A row's figure: the best of the one against the best of the other; the spread is that of pairs of the same round.

    What else a machine does adds to a time and never takes away, so the best tells of the code and the rest of the
    machine. What is no time (*value*) is the median of the rounds.
    """
    subject = by_round(suite, row.subject)
    control = by_round(suite, row.control) if row.control else dict.fromkeys(subject, 1.0)
    pairs = [KINDS[row.kind](subject[n], control[n]) * row.scale for n in sorted(subject.keys() & control.keys())]
    if not pairs:
        return None
    found = Figure.of(pairs)
    if row.kind == "value":
        return found
    return replace(found, value=KINDS[row.kind](best(suite, row.subject), best(suite, row.control)) * row.scale)


def instructions(suite: Suite, measured: rows.Measured | None) -> float | None:
    """How many instructions callgrind counted for one operation."""
    if measured is None:
        return None
    try:
        counted = suite.get_benchmark(f"{measured[0]} | {measured[1]}").get_metadata().get("instructions")
    except KeyError:
        return None
    return float(counted) if counted is not None else None


def counted(suite: Suite, row: rows.Row) -> str:
    """'subject / control' in instructions, and their ratio."""
    subject, control = instructions(suite, row.subject), instructions(suite, row.control)
    if subject is None or control is None:
        return "not counted"
    return f"{subject:,.0f} / {control:,.0f} = {subject / control:.2f}"


def promise_table(suite: Suite, style: box.Box, listed: list[rows.Row] | None = None) -> Table:
    """Every promise (or those *listed*), what came out, and whether it held."""
    data = suite.get_benchmarks()[0].get_metadata()
    table = Table(title=f"Python {data['python']}: promises", box=style)
    for name in ("", "situation", "against", "promise", "measured", "middle half", "", "instructions"):
        table.add_column(name, justify="right" if name in ("promise", "measured", "middle half") else "left")
    for row in rows.promises(version_of(suite)[:2], is_free_threaded(suite)) if listed is None else listed:
        found = figure(suite, row)
        if found is None:
            table.add_row(row.group, row.what, row.against, row.promise(), "not measured", "", "", "")
            continue
        holds = row.holds(round(found.value, 3))
        digits = 0 if row.unit == "bytes" else 2
        table.add_row(
            row.group, row.what, row.against, row.promise(), f"{found.value:.{digits}f} {row.unit}",
            f"{found.low:.{digits}f} to {found.high:.{digits}f}",
            {True: "kept", False: "MISSED", None: ""}[holds], counted(suite, row),
        )  # fmt: skip
    return table


def compared_table(suite: Suite, style: box.Box) -> Table:
    """The controls and what people use today, on the same scale."""
    data = suite.get_benchmarks()[0].get_metadata()
    table = Table(title=f"Python {data['python']}: what people use today", box=style)
    table.add_column("")
    for heading, _, _ in rows.COMPARED:
        table.add_column(heading, justify="right")
    for setup in [*CONTROLS, *LIBRARIES, "idle", "elsewhere", "inside"]:
        cells = []
        for _, case, control in rows.COMPARED:
            subject = (case, setup)
            kind, scale = ("ratio", 1.0) if control[1] else ("difference", 1000.0)
            base = control if control[1] else (control[0], setup)
            found = figure(suite, rows.Row("", "", "", subject, base, kind=kind, scale=scale))
            cells.append("" if found is None else f"{found.value:.2f}" if found.value < 100 else f"{found.value:.0f}")
        if any(cells):
            name = f"fastaudit, {setup}" if setup in ("idle", "elsewhere", "inside") else setup
            table.add_row(name, *cells)
    return table


def together_table(suites: list[Suite], style: box.Box) -> Table:
    """The promises of several runs beside each other: a column a version of Python."""
    table = Table(box=style)
    for name in ("", "situation", "against", "promise"):
        table.add_column(name)
    versions = [suite.get_benchmarks()[0].get_metadata()["python"] for suite in suites]
    for version in versions:
        table.add_column(version, justify="right")
    with_threads = any(map(is_free_threaded, suites))
    of_each = [rows.promises(version_of(suite)[:2], with_threads) for suite in suites]
    for alike in zip(*of_each, strict=True):
        cells = []
        for suite, row in zip(suites, alike, strict=True):
            found = figure(suite, row)
            text = "-" if found is None else f"{found.value:.{0 if row.unit == 'bytes' else 2}f}"
            missed = found is not None and row.holds(round(found.value, 3)) is False
            cells.append(f"**{text}** missed" if missed else text)
        promise = max((row.promise() for row in alike), key=len)
        table.add_row(alike[0].group, alike[0].what, alike[0].against, promise, *cells)
    return table


def show_together(suites: list[Suite], markdown: bool) -> None:
    """Print one table for several runs, and which runs they are."""
    console = Console(width=220)
    ordered = sorted(suites, key=lambda suite: (version_of(suite), is_free_threaded(suite)))
    console.print(together_table(ordered, box.MARKDOWN if markdown else box.SIMPLE))


def show_requests(suite: Suite) -> None:
    """Print what bench_requests.py measured."""
    Console(width=160).print(promise_table(suite, box.SIMPLE, rows.of_requests()))


def show(suites: list[Suite], markdown: bool) -> None:
    """Print the tables of each run, and what could not be had."""
    console = Console() if sys.stdout.isatty() and not markdown else Console(width=190)
    style = box.MARKDOWN if markdown else box.SIMPLE
    for suite in suites:
        data = suite.get_benchmarks()[0].get_metadata()
        console.print(f"commit {data['commit']}, {data['machine']}; libraries: {data['libraries']}; {data['took']}")
        console.print(promise_table(suite, style))
        console.print(compared_table(suite, style))
        for note in data["notes"].split(" // "):
            console.print(f"* {note}", markup=False)
