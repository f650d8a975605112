"""
What a policy for each request costs a web server, and whether every answer comes from under its own.

One process of uvicorn on loopback, with eight policies chosen per request. First wrk asks for a minute, each request for
another tenant, and each answer has to prove whose policy it ran under. Then wrk asks without the middleware, through one
that only looks at messages, and with it by turns, and what counts is the server's processor time. Then for a million answers
without and with it: how the server's memory grows. Last, thousands of streams are open at once, each under a policy
of its own. Needs `wrk` (Debian's package `wrk`), uvicorn, uvloop and httptools; run it on a quiet machine.

Run: python benchmarks/bench_requests.py [--seconds N] [--rounds N] [--answers N] [--streams N] [--output FOLDER] [--plots FOLDER]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.metadata
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyperf
import report
from request_server import KEPT
from rows import ANSWER, GROWTH, LOOKING, STREAM, WRONG
from run import revision

HERE = Path(__file__).resolve().parent
CONNECTIONS = 64
SLICE = 5  # seconds
PATHS = {"bare": "without", "looked": LOOKING, "held": "with"}


class Server:
    """A running server."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.port = int(process.stdout.readline() or 0)
        if not self.port:
            sys.exit("the server did not start")

    def figures(self, path: str = "figures") -> dict[str, float]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=60) as answer:
            found: dict[str, float] = json.load(answer)
            return found

    def wrk(self, kind: str, seconds: float, *, proves: bool = False) -> tuple[int, int, float]:
        """Let wrk ask: how many answers, how many of them wrong, and the seconds of the server's processor time."""
        before = self.figures()["seconds"]
        prefix = f"/{kind}/{'proof' if proves else 'json'}/"
        command = ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{max(round(seconds), 1)}", "-s", str(HERE / "requests.lua"),
                   f"http://127.0.0.1:{self.port}", "--", prefix, str(KEPT)]  # fmt: skip
        output = subprocess.run([*command, *["prove"] * proves], check=True, capture_output=True, text=True).stdout
        _, answers, wrong, lost, first = output.strip().splitlines()[-1].split(" ", 4) + [""] * (
            output.strip().splitlines()[-1].count(" ") < 4
        )
        if int(wrong) or int(lost):
            print(f"{kind}: {wrong} wrong ({first}), {lost} lost", file=sys.stderr)
        return int(answers), int(wrong) + int(lost), self.figures()["seconds"] - before


@contextlib.contextmanager
def running(folder: Path, loop: str, http: str) -> Iterator[Server]:
    """Start a server; it ends with the block."""
    command = [sys.executable, str(HERE / "request_server.py"), str(folder), "--loop", loop, "--http", http]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Server(process)
        finally:
            process.terminate()


class Measured:
    """What was measured: values of each round, by case and setup."""

    def __init__(self) -> None:
        self.benchmarks: dict[str, pyperf.Benchmark] = {}

    def add(self, case: str, setup: str, round_: int, value: float, unit: str) -> None:
        name = f"{case} | {setup}"
        run = pyperf.Run([value], metadata={"name": name, "unit": unit, "round": round_}, collect_metadata=False)
        if name in self.benchmarks:
            self.benchmarks[name].add_run(run)
        else:
            self.benchmarks[name] = pyperf.Benchmark([run])


def prove(server: Server, seconds: float, measured: Measured) -> None:
    """Ask for a long time, and count wrong answers."""
    answers, wrong, _ = server.wrk("held", seconds, proves=True)
    print(f"{answers:,} answers, {wrong} wrong", flush=True)
    measured.add(WRONG, "with", 0, wrong + 1e-9, "integer")  # pyperf takes no 0


def grow(number: int, folder: Path, options: argparse.Namespace, measured: Measured) -> None:
    """Ask for many answers, without and with, each of a server of its own: how its memory grows."""
    for kind in ("bare", "held"):
        with running(folder, options.loop, options.http) as server:
            server.wrk(kind, SLICE)  # caches fill
            begin, total = server.figures()["bytes"], 0
            while total < number:
                total += server.wrk(kind, SLICE)[0]
            growth = server.figures()["bytes"] - begin
        print(f"{total:,} answers {PATHS[kind]}: memory grew by {growth / 1024:.0f} KiB", flush=True)
        measured.add(GROWTH, PATHS[kind], 0, max(growth / total * 100_000, 1e-9), "byte")


def compare(server: Server, rounds: int, seconds: float, measured: Measured) -> None:
    """With and without by turns."""
    for round_ in range(-1, rounds):
        spent = {}
        for kind in PATHS if round_ % 2 else reversed(PATHS):
            answers, wrong, processor = server.wrk(kind, seconds)
            spent[kind] = processor / answers
            if wrong:
                sys.exit("wrong answers")
            if round_ >= 0:
                measured.add(ANSWER, PATHS[kind], round_, spent[kind], "second")
        figures = ", ".join(f"{PATHS[kind]} {spent[kind] * 1e6:.1f} us" for kind in PATHS)
        print(f"round {round_}: {figures}: {spent['bare'] / spent['held']:.3f}", flush=True)


async def stream(port: int, path: str, begun: asyncio.Semaphore, waiting: Any, opened: asyncio.Event) -> bytes:
    """One stream: asked for, held open, and read to its end."""
    async with begun:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        await reader.readuntil(b"begun\n\r\n")
    waiting()
    await opened.wait()
    rest = await reader.readuntil(b"0\r\n\r\n")
    writer.close()
    return rest


async def all_streams(server: Server, kind: str, number: int) -> tuple[int, float]:
    """How many of them proved something else than they should, and bytes of memory for each."""
    opened, everybody, begun = asyncio.Event(), asyncio.Event(), 0

    def waiting() -> None:
        nonlocal begun
        begun += 1
        if begun == number:
            everybody.set()

    before = server.figures()["bytes"]
    limit = asyncio.Semaphore(200)
    tenants = range(KEPT, KEPT + number)
    tasks = [
        asyncio.create_task(stream(server.port, f"/{kind}/stream/{tenant}", limit, waiting, opened))
        for tenant in tenants
    ]
    await asyncio.wait([*tasks, asyncio.create_task(everybody.wait())], return_when=asyncio.FIRST_COMPLETED)
    grown = (await asyncio.to_thread(server.figures))["bytes"] - before
    await asyncio.to_thread(server.figures, "open")
    opened.set()
    answers = await asyncio.gather(*tasks)
    wrong = 0
    for tenant, answer in zip(tenants, answers, strict=True):
        other = "refused" if kind == "held" else f"of tenant {(tenant + 1) % KEPT}"
        expected = {"tenant": str(tenant), "own": f"of tenant {tenant}", "other": other}
        wrong += json.dumps(expected).encode() not in answer
    return wrong, grown / number


def streams(number: int, folder: Path, options: argparse.Namespace, measured: Measured) -> None:
    """Thousands at once: with and without, each in a server of its own, since memory does not come back."""
    for kind in ("bare", "held"):
        with running(folder, options.loop, options.http) as server:
            for path in ("bare", "held"):  # what the first request of all loads
                server.wrk(path, 1)
            wrong, size = asyncio.run(all_streams(server, kind, number))
        print(f"{number:,} streams at once, {PATHS[kind]}: {wrong} wrong, {size:,.0f} bytes each", flush=True)
        measured.add(f"{STREAM}, wrong", PATHS[kind], 0, wrong + 1e-9, "integer")
        measured.add(STREAM, PATHS[kind], 0, size, "byte")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="how long answers are proved (60)")
    parser.add_argument("--rounds", type=int, default=11, help="how often with and without take turns (11)")
    parser.add_argument("--turn", type=float, default=4, help="seconds of a turn (4)")
    parser.add_argument("--answers", type=int, default=1_000_000, help="for how many memory is looked at (1,000,000)")
    parser.add_argument("--streams", type=int, default=10_000, help="how many at once (10,000)")
    parser.add_argument("--loop", default="uvloop")
    parser.add_argument("--http", default="httptools")
    parser.add_argument("--output", type=Path, help="folder of the JSON file (default: none is written)")
    parser.add_argument("--plots", type=Path, help="folder of the plot (default: none is drawn)")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("bench_requests.py needs wrk: apt-get install wrk")
    enough = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (enough, enough))
    number = min(options.streams, enough - 200)
    begin, measured = time.monotonic(), Measured()
    with tempfile.TemporaryDirectory(prefix="fastaudit-bench-") as work:
        folder = Path(work).resolve()
        for tenant in range(KEPT + number):
            (folder / str(tenant)).write_text(f"of tenant {tenant}")
        with running(folder, options.loop, options.http) as server:
            if options.seconds:
                prove(server, options.seconds, measured)
            compare(server, options.rounds, options.turn, measured)
        if options.answers:
            grow(options.answers, folder, options, measured)
        if number:
            streams(number, folder, options, measured)
    versions = {name: f"{name} {importlib.metadata.version(name)}" for name in ("uvicorn", options.loop, options.http)}
    metadata = report.about(revision(), versions, [], time.monotonic() - begin)
    for benchmark in measured.benchmarks.values():
        benchmark.update_metadata(metadata)
    suite = pyperf.BenchmarkSuite(list(measured.benchmarks.values()))
    report.show_requests(suite)
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        file = options.output / f"requests-{report.file_name(suite)}"
        suite.dump(str(file), replace=True)
        print(f"written: {file}")
    if options.plots:
        import plots

        plots.draw_requests(suite, options.plots)


if __name__ == "__main__":
    main()
