"""One process of the benchmarks: prepare it as a setup says, then time or count its cases.

Started by run.py. pyperf calibrates, repeats and records; the loop around a statement is the standard library's
timeit, so that the same loop can be timed by a clock or counted by callgrind.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
import timeit
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyperf
from setups import SETUPS

COUNTED_LOOPS = 400


@dataclass(frozen=True)
class Case:
    """One operation: a statement, what it is entered under, and how it is run."""

    name: str
    statement: str = "pass"
    names: dict[str, Any] = field(default_factory=dict)  # locals of the statement
    around: Callable[[], AbstractContextManager[Any]] | None = None  # None: what the setup says
    operations: int = 1  # how many a statement performs
    run: Callable[..., float] = lambda function, *args: function(*args)  # calls the loop, from where it should run
    value: Callable[[int], float] | None = None  # for what a statement cannot say: loops to seconds or bytes
    unit: str = "second"
    countable: bool = True


@dataclass(frozen=True)
class World:
    """What a setup left: the folder to work in, and how to enter what is measured."""

    setup: str
    folder: Path
    around: Callable[[], AbstractContextManager[Any]]


def timer_of(case: Case, clock: Callable[[], float]) -> timeit.Timer:
    """The statement's loop, its names as locals, the collector left on as in ordinary programs."""
    given = {f"given_{name}": value for name, value in case.names.items()}
    lines = ["import gc", "gc.enable()", *(f"{name} = given_{name}" for name in case.names)]
    return timeit.Timer(case.statement, "\n".join(lines), clock, globals=given)


def time_all(runner: pyperf.Runner, world: World, cases: Iterable[Case], loops: dict[str, int]) -> None:
    """Time each case by the processor time of this process; the machine's other work is not ours."""
    for case in cases:

        def spend(number: int, case: Case = case) -> float:
            if case.value is not None:
                return case.value(number)
            with (case.around or world.around)():
                return case.run(timer_of(case, time.process_time).timeit, number)

        if not runner.args.calibrate_loops:
            if case.name not in loops:
                continue  # it failed while loops were calibrated
            runner.args.loops = loops[case.name]
        try:
            runner.bench_time_func(
                f"{case.name} | {world.setup}", spend, inner_loops=case.operations, metadata={"unit": case.unit}
            )
        except Exception as error:
            # A library that refuses what is measured is reported, and measured on the other cases.
            print(f"{case.name} | {world.setup}: {type(error).__name__}: {error}", file=sys.stderr)


def count_all(world: World, cases: Iterable[Case]) -> None:
    """Write a callgrind dump for each case that can be counted, after two for what the loop itself takes."""
    from instruments import counting

    calls = 0

    def clock() -> float:
        nonlocal calls
        calls += 1
        counting(calls % 2 == 1)
        return float(calls)

    counted = []
    for case in [Case("no loop"), Case("empty loop"), *cases]:
        if case.value is not None or not case.countable:
            continue
        loops = max(COUNTED_LOOPS // case.operations, 2) if counted else 0
        try:
            with (case.around or world.around)():
                case.run(timer_of(case, time.process_time).timeit, loops)
                case.run(timer_of(case, clock).timeit, loops)
        except Exception as error:
            print(f"{case.name} | {world.setup}: {type(error).__name__}: {error}", file=sys.stderr)
            if calls % 2 == 1:
                calls += 1
                counting(False)
            counted.append((None, loops, 1))
            continue
        counted.append((f"{case.name} | {world.setup}", loops, case.operations))
    (world.folder / "counted.json").write_text(json.dumps(counted))


def main(cases: Callable[[World], Iterable[Case]]) -> None:
    """Run the cases of one bench file in this process."""
    runner = pyperf.Runner()
    runner.argparser.add_argument("--setup", choices=list(SETUPS), default="no hook")
    runner.argparser.add_argument("--folder", type=Path, required=True, help="an empty folder to work in")
    runner.argparser.add_argument("--known-loops", type=Path, help="JSON: how many loops each case takes")
    runner.argparser.add_argument("--count", action="store_true", help="run under callgrind")
    args = runner.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    around = SETUPS[args.setup](str(args.folder)) or contextlib.nullcontext
    world = World(args.setup, args.folder, around)
    if args.count:
        count_all(world, cases(world))
    else:
        loops = json.loads(args.known_loops.read_text()) if args.known_loops else {}
        time_all(runner, world, cases(world), loops)
