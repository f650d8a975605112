"""Plots of a run: cost against the number of rules, against nesting, and throughput against the number of tasks."""

from __future__ import annotations

from pathlib import Path

import bench_event as event
import bench_rules as rules
import bench_scope as scope
import bench_workload as workload
import matplotlib
import pyperf
import report

matplotlib.use("Agg")
from matplotlib import pyplot


def draw(suite: pyperf.BenchmarkSuite, folder: Path) -> None:
    """Write one SVG file a plot."""
    folder.mkdir(parents=True, exist_ok=True)
    version = ".".join(suite.get_benchmarks()[0].get_metadata()["python"].split(".")[:2])

    def curve(cases: list[tuple[int, report.rows.Measured]], label: str, scale: float, inverse: bool = False) -> None:
        points = []
        for number, measured in cases:
            values = list(report.by_round(suite, measured).values())
            if values:
                found = report.Figure.of([1 / value if inverse else value for value in values])
                points.append((number, found.value * scale, found.low * scale, found.high * scale))
        if points:
            x, y, low, high = zip(*points, strict=True)
            pyplot.plot(x, y, marker="o", label=label)
            pyplot.fill_between(x, low, high, alpha=0.2)

    def finish(name: str, x: str, y: str) -> None:
        if pyplot.gca().lines:
            pyplot.xscale("log")
            pyplot.ylim(bottom=0)
            pyplot.xlabel(x)
            pyplot.ylabel(y)
            pyplot.title(f"CPython {version}; medians, and the middle half of the rounds")
            pyplot.legend()
            pyplot.savefig(folder / f"{name}-py{version}.svg", metadata={"Date": None})
        pyplot.close()

    curve([(n, (rules.opened(n), "inside")) for n in rules.NUMBERS], "os.open + close, inside", 1e6)
    curve([(n, (rules.judged(n), "inside")) for n in rules.NUMBERS], "the event alone", 1e6)
    curve([(n, (event.ABSOLUTE, "no hook")) for n in rules.NUMBERS], "os.open + close, no hook", 1e6)
    finish("rules", "allowed roots in the policy", "microseconds")

    curve([(n, (scope.nested_open(n), "inside")) for n in scope.DEPTHS], "os.open + close, inside", 1e6)
    curve([(n, (scope.nested_event(n), "inside")) for n in scope.DEPTHS], "an event allowed by its right", 1e6)
    curve([(n, (event.ABSOLUTE, "no hook")) for n in scope.DEPTHS], "os.open + close, no hook", 1e6)
    finish("nesting", "scopes around each other, each with a policy of its own", "microseconds")

    for setup, label in (("no hook", "without"), ("inside", "each task under a policy of its own")):
        curve([(n, (workload.working(n), setup)) for n in workload.TASKS], f"100 us of work: {label}", 1, True)
        curve([(n, (workload.bare(n), setup)) for n in workload.TASKS], f"awaits and one open: {label}", 1, True)
    finish("tasks", "tasks at once", "tasks a second of processor time")


def draw_requests(suite: pyperf.BenchmarkSuite, folder: Path) -> None:
    """Write the plot of what a web request costs with the middleware and without, round by round."""
    folder.mkdir(parents=True, exist_ok=True)
    version = ".".join(suite.get_benchmarks()[0].get_metadata()["python"].split(".")[:2])
    for setup in ("without", report.rows.LOOKING, "with"):
        values = report.by_round(suite, (report.rows.ANSWER, setup))
        pyplot.plot(
            list(values),
            [value * 1e6 for value in values.values()],
            marker="o",
            label={"with": "each under a policy"}.get(setup, setup),
        )
    pyplot.ylim(bottom=0)
    pyplot.xlabel("round")
    pyplot.ylabel("microseconds of the server's processor time a request")
    pyplot.title(f"CPython {version}, uvicorn: a small JSON answer")
    pyplot.legend()
    pyplot.savefig(folder / f"requests-py{version}.svg", metadata={"Date": None})
    pyplot.close()
