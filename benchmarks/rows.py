"""The promises: each row names what is measured, against what in the same run, and what was promised."""

from __future__ import annotations

from dataclasses import dataclass

import bench_event as event
import bench_holding as holding
import bench_memory as memory
import bench_rules as rules
import bench_scope as scope
import bench_threads as threads
import bench_workload as workload

Measured = tuple[str, str]  # case, setup
# What bench_requests.py measures, with and without the middleware.
ANSWER, WRONG, GROWTH = (
    "a small JSON answer",
    "answers that prove another policy",
    "growth of memory in 100,000 requests",
)
STREAM = "a stream of many at once"
LOOKING = "a middleware that only looks"


@dataclass(frozen=True)
class Row:
    """A promise about subject / control, or about what *kind* says. See report.figure."""

    group: str
    what: str
    against: str
    subject: Measured
    control: Measured | None = None
    most: float | None = None  # promised: no more than this
    least: float | None = None  # promised: no less than this
    kind: str = "ratio"  # ratio; throughput (control / subject); difference (milliseconds); value
    unit: str = "x"
    scale: float = 1.0

    def promise(self) -> str:
        if self.most is not None:
            return f"<= {self.most:g} {self.unit}"
        return f">= {self.least:g} {self.unit}" if self.least is not None else ""

    def holds(self, figure: float) -> bool | None:
        if self.most is not None:
            return figure <= self.most
        return figure >= self.least if self.least is not None else None


def promises(version: tuple[int, ...], free_threaded: bool) -> list[Row]:
    """Every promise about cost but that about web requests, for a version of Python, without a GIL or with one."""
    inside = 1.30 if version <= (3, 13) else 1.45
    nothing, empty, idle, elsewhere, held = "no hook", "empty C hook", "idle", "elsewhere", "inside"
    generator = "generator"
    listed = []
    for case, said in ((event.EVENT, "raised by C code"), (event.PYTHON, "raised by sys.audit()")):
        listed += [
            Row("event", f"no scope alive, {said}", empty, (case, idle), (case, empty), most=1.05),
            Row("event", f"a scope elsewhere, {said}", empty, (case, elsewhere), (case, empty), most=1.15),
            Row("event", f"inside, {said}", empty, (case, held), (case, empty), most=inside),
        ]
    listed.append(
        Row("event", "inside, allowed by a right", empty, (event.RIGHT, held), (event.RIGHT, empty), most=inside)
    )
    for case, most in (
        (event.ABSOLUTE, 1.1), (event.RELATIVE, 1.5), (event.LINK, 2.0), (event.MISSING, 1.2), (event.CREATE, 1.4),
        (event.TEXT, 1.2), (event.BINARY, 1.2),
    ):  # fmt: skip
        listed.append(Row("file", case, nothing, (case, held), (case, nothing), most=most))
        listed.append(Row("file", f"{case}, no scope alive", nothing, (case, idle), (case, nothing)))

    few, many = min(rules.NUMBERS), max(rules.NUMBERS)
    listed += [
        Row("rules", f"'open' event, {many:,} roots", f"{few} roots", (rules.judged(many), held),
            (rules.judged(few), held), most=1.2),
        Row("rules", f"os.open + close, {many:,} roots", f"{few} roots", (rules.opened(many), held),
            (rules.opened(few), held), most=1.2),
        Row("rules", "a rule's memory beyond its text, compiled", "-", (memory.RULE, held), most=100, kind="value",
            unit="bytes"),
        Row("rules", "the same, with the policy's own fields", "-", (memory.POLICY, held), kind="value", unit="bytes"),
        Row("rules", "memory of a policy of one root", "-", (memory.SMALL, held), kind="value", unit="bytes"),
        Row("rules", f"{rules.MANY:,} roots built, all exist", "-", (rules.BUILD_EXISTING, held), most=1.0,
            kind="value", unit="s"),
        Row("rules", f"{rules.MANY:,} roots built, none exists", "-", (rules.BUILD_MISSING, held), most=1.0,
            kind="value", unit="s"),
        Row("scope", "enter + exit", "ContextVar set + reset", (scope.ENTER, held), (scope.PAIR, nothing),
            most=2.2 if version >= (3, 12) else None),
        Row("scope", "a plain pair once fastaudit is in place", "ContextVar set + reset", (scope.PAIR, held),
            (scope.PAIR, nothing)),
        Row("scope", "memory of a live scope", "-", (memory.SCOPE, held), most=256, kind="value", unit="bytes"),
    ]  # fmt: skip
    for calls in scope.CALLS:
        case = scope.at_calls(calls)
        listed.append(
            Row("generator", f"one has a scope open, {case}", "a scope elsewhere", (case, generator), (case, elsewhere),
                most=1.15)
        )  # fmt: skip
    # About 1.3 ns for each running generator, of the 45 ns that an event takes with an empty hook.
    deep, flat = scope.at_generators(100), scope.at_generators(1)
    listed += [
        Row("generator", "one has a scope open, event under 100 running ones", "a scope elsewhere",
            (deep, generator), (deep, elsewhere), most=round(1.15 + 100 * 1.3 / 45, 2)),
        Row("generator", "none has: event under 100 running ones", "under 1", (deep, elsewhere), (flat, elsewhere)),
        Row("generator", "one has a scope open: resuming another", nothing, (scope.RESUME, generator),
            (scope.RESUME, nothing), most=1.15),
    ]  # fmt: skip
    listed += [
        Row("holding", f"{holding.RUN}, no scope alive", nothing, (holding.RUN, idle), (holding.RUN, nothing), most=1,
            kind="difference", unit="ns", scale=1e9),
        Row("holding", f"{holding.RUN}, a scope elsewhere", nothing, (holding.RUN, elsewhere), (holding.RUN, nothing),
            most=20, kind="difference", unit="ns", scale=1e9),
        Row("holding", f"{holding.RUN}, inside", nothing, (holding.RUN, held), (holding.RUN, nothing)),
        Row("holding", f"{holding.STEP}, a scope elsewhere", nothing, (holding.STEP, elsewhere),
            (holding.STEP, nothing)),
        Row("holding", f"{holding.STEP}, inside", nothing, (holding.STEP, held), (holding.STEP, nothing), most=1.07),
        Row("holding", f"{holding.THREAD}, inside", nothing, (holding.THREAD, held), (holding.THREAD, nothing)),
    ]  # fmt: skip
    most_tasks = max(workload.TASKS)
    work, bare = workload.working(most_tasks), workload.bare(most_tasks)
    listed += [
        Row("tasks", work, "no hook, no scope", (work, held), (work, nothing), least=0.97, kind="throughput"),
        Row("tasks", bare, "only resolves the path", (bare, held), (bare, "resolving C hook"), least=0.97,
            kind="throughput"),
        Row("tasks", bare, "resolves the path, in the same with block", (bare, held),
            (workload.wrapped(most_tasks), "resolving C hook"), kind="throughput"),
        Row("tasks", bare, "no hook, no scope", (bare, held), (bare, nothing), kind="throughput"),
        Row("import", "import fastaudit", "the bare interpreter", (workload.IMPORT, held), (workload.START, held),
            most=10, kind="difference", unit="ms", scale=1000),
    ]  # fmt: skip
    if free_threaded:
        one, two = "1 thread", "2 threads"
        listed += [
            Row("threads", f"{what}, in each of {two}", f"in {one}", (case, two), (case, one), most=most)
            for what, case, most in (
                ("event, no scope alive", threads.NO_SCOPE, 1.1),
                ("event, inside", threads.INSIDE, 1.1),
                ("event, inside one scope that all inherit", threads.INHERITED, 1.1),
                ("enter + exit", threads.ENTER, None),
                ("ContextVar set + reset, a variable for each", threads.PAIR, None),
            )
        ]
    return listed


def of_requests() -> list[Row]:
    """The promises about web requests, which bench_requests.py measures apart from the rest."""
    return [
        Row("request", ANSWER, "without the middleware", (ANSWER, "with"), (ANSWER, "without"), least=0.98,
            kind="throughput"),
        Row("request", "the same", LOOKING, (ANSWER, "with"), (ANSWER, LOOKING), kind="throughput"),
        Row("request", "processor time of one, without", "-", (ANSWER, "without"), kind="value", unit="us", scale=1e6),
        Row("request", f"processor time of one, {LOOKING}", "-", (ANSWER, LOOKING), kind="value", unit="us", scale=1e6),
        Row("request", "processor time of one, with", "-", (ANSWER, "with"), kind="value", unit="us", scale=1e6),
        Row("request", WRONG, "-", (WRONG, "with"), most=0, kind="value", unit="answers"),
        Row("request", f"{GROWTH}, without", "-", (GROWTH, "without"), kind="value", unit="bytes"),
        Row("request", f"{GROWTH}, with", "-", (GROWTH, "with"), kind="value", unit="bytes"),
        Row("stream", f"{STREAM}, wrong", "-", (f"{STREAM}, wrong", "with"), most=0, kind="value", unit="streams"),
        Row("stream", f"{STREAM}, memory without", "-", (STREAM, "without"), kind="value", unit="bytes"),
        Row("stream", f"{STREAM}, memory with", "-", (STREAM, "with"), kind="value", unit="bytes"),
    ]  # fmt: skip


# What the table of controls and libraries shows: a column a case, each against the same thing.
COMPARED: list[tuple[str, str, Measured]] = [
    ("event / empty C hook", event.RIGHT, (event.RIGHT, "empty C hook")),
    ("os.open + close / no hook", event.ABSOLUTE, (event.ABSOLUTE, "no hook")),
    ("create + unlink / no hook", event.CREATE, (event.CREATE, "no hook")),
    ("enter + exit / ContextVar pair", scope.ENTER, (scope.PAIR, "no hook")),
    ("import, ms", workload.IMPORT, (workload.START, "")),
]
