"""Whole programs: thousands of tasks at once, each with its own policy; starting Python and importing the package."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from measure import Case, World, main

TASKS = (10, 100, 1_000, 10_000)
WORK = 100e-6  # seconds that a task computes
START = "start Python"
IMPORT = "start Python, import the package"
IMPORTED = {"inside": "fastaudit", "AnswerDotAI fastaudit": "fastaudit", "malwi-box": "malwi_box.hook",
            "CrossHair audit wall": "crosshair.auditwall", "subaudit": "subaudit"}  # fmt: skip


def working(number: int) -> str:
    return f"{number:,} tasks, 100 us of work and one open each"


def bare(number: int) -> str:
    return f"{number:,} tasks, awaits and one open each"


def compute(rounds: int) -> int:
    total = 0
    for number in range(rounds):
        total += number & 7
    return total


def rounds_of_work() -> int:
    """How many rounds of compute() take 100 microseconds here: the best of many tries, for others run too."""
    rounds = 1000
    best = 1.0
    for _ in range(300):
        begin = time.perf_counter()
        compute(rounds)
        best = min(best, time.perf_counter() - begin)
    return max(int(rounds * WORK / best), 1)


def wrapped(number: int) -> str:
    return f"{number:,} tasks, awaits and one open each, a with block around"


async def task(path: str, rounds: int, manager: Any) -> None:
    with manager:
        await step(path, rounds)


async def step(path: str, rounds: int) -> None:
    await asyncio.sleep(0)
    if rounds:
        compute(rounds)
    os.close(os.open(path, 0))
    await asyncio.sleep(0)


async def all_tasks(path: str, rounds: int, managers: list[Any]) -> None:
    if managers[0] is None:
        await asyncio.gather(*(step(path, rounds) for _ in managers))
    else:
        await asyncio.gather(*(task(path, rounds, manager) for manager in managers))


def start(code: str, loops: int) -> float:
    """Processor seconds of so many fresh interpreters."""
    command = [sys.executable, "-I", "-c", code]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for _ in range(loops):
        subprocess.run(command, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def cases(world: World) -> Iterator[Case]:
    if world.setup in ("no hook", "resolving C hook", "inside"):
        file = world.folder / "file"
        file.touch()
        managers: list[Any] = [None] * max(TASKS)
        if world.setup == "inside":
            from fastaudit import Policy, sandbox

            managers = [sandbox(Policy(name=f"tenant {index}", read=[world.folder])) for index in range(max(TASKS))]
        runner = asyncio.Runner()
        runner.get_loop()  # made outside of every scope, as a server's is
        # The same in every process of a run, or they would not do the same work.
        rounds = int(os.environ.get("BENCHMARK_ROUNDS_OF_WORK", 0)) or rounds_of_work()
        # The same coroutine around each task, and a manager in C that does nothing: what no guard can do without.
        locks = [threading.Lock() for _ in managers]
        for number in TASKS if world.setup == "resolving C hook" else ():
            names = {"run": runner.run, "all_tasks": all_tasks, "path": str(file), "managers": locks[:number]}
            statement = "run(all_tasks(path, 0, managers))"
            yield Case(wrapped(number), statement, names, nullcontext, operations=number, countable=False)
        for number in TASKS:
            names = {"run": runner.run, "all_tasks": all_tasks, "path": str(file), "managers": managers[:number]}
            for name, amount in ((working(number), rounds), (bare(number), 0)):
                statement = f"run(all_tasks(path, {amount}, managers))"
                yield Case(name, statement, names, nullcontext, operations=number, countable=False)
    if world.setup in IMPORTED:
        yield Case(START, value=lambda loops: start("pass", loops))
        yield Case(IMPORT, value=lambda loops: start(f"import {IMPORTED[world.setup]}", loops))


if __name__ == "__main__":
    main(cases)
