"""
An application that runs three plugins at once, each under its own policy.

Nothing here is staged: the plugins open files, talk to a server, start a command and threads. Where
one of them oversteps, Python raises a PermissionError at that line, in that plugin, and the others
go on.

Run it with ``python examples/host.py``.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import plugin_indexer
import plugin_prices
import plugin_reports

from fastaudit import Deny, Policy, sandbox

Plugin = Callable[["Workspace"], Awaitable[str]]


class Workspace:
    """What the host hands to every plugin: folders, and where its price server listens."""

    def __init__(self, folder: Path, port: int) -> None:
        self.inbox = folder / "inbox"
        self.reports = folder / "reports"
        self.cache = folder / "cache"
        self.port = port


def policies(space: Workspace) -> dict[str, Policy]:
    return {
        "reports": Policy(
            name="reports",
            read=[space.inbox, space.reports],
            write=[space.reports],
            run=["wc -l *"],
            deny=Deny(read=["**/.env"]),
        ),
        "prices": Policy(
            name="prices",
            connect=[f"127.0.0.1:{space.port}"],
            write=[space.cache / "prices.json"],
        ),
        "indexer": Policy(
            name="indexer",
            read=[space.inbox, space.cache],
            write=[space.cache],
        ),
    }


async def hold(name: str, plugin: Plugin, policy: Policy, space: Workspace) -> str:
    """Run one plugin to its end and tell what it did, in words."""
    async with sandbox(policy) as box:
        try:
            result = await plugin(space)
        except Exception as error:  # a plugin may fail; the host goes on
            result = f"failed: {error}"

    lines = [f"{name}: {result}"]
    counts = ", ".join(f"{right} {count}" for right, count in sorted(box.allowed.items()))
    lines.append(f"  allowed   {counts}")
    for violation in box.violations:
        lines.append(f"  refused   {violation.right} {violation.target}")
        lines.append(f"            why    {violation.reason}, by policy {violation.policy!r}")
        if violation.location is not None:
            place = violation.location
            lines.append(f"            where  {Path(place.file).name}:{place.line} in {place.function}")
        if violation.suggestion:
            lines.append(f"            allow  {violation.suggestion}")
    return "\n".join(lines)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The price server: one line in, one line out."""
    await reader.readline()
    writer.write(b'{"apple": 3, "pear": 4}\n')
    await writer.drain()
    writer.close()


async def main() -> None:
    with tempfile.TemporaryDirectory() as made:
        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        space = Workspace(Path(made).resolve(), server.sockets[0].getsockname()[1])
        for folder in (space.inbox, space.reports, space.cache):
            folder.mkdir()
        (space.inbox / "monday.csv").write_text("apple,2\npear,1\n")
        (space.inbox / "tuesday.csv").write_text("apple,5\n")
        (space.inbox / ".env").write_text("PASSWORD=hunter2\n")

        rules = policies(space)
        told = await asyncio.gather(
            hold("reports", plugin_reports.run, rules["reports"], space),
            hold("prices", plugin_prices.run, rules["prices"], space),
            hold("indexer", plugin_indexer.run, rules["indexer"], space),
        )
        print("\n\n".join(told))

        # The host itself was never held, and what the plugins were allowed to do has happened.
        assert (space.inbox / "monday.csv").exists()
        total = (space.reports / "total.txt").read_text().strip()
        with sqlite3.connect(space.cache / "index.db") as index:
            (rows,) = index.execute("select count(*) from files").fetchone()
        index.close()
        server.close()
        await server.wait_closed()
        print(f"\nhost: not held; found the report ({total!r}), {rows} indexed files, and every input in place")


if __name__ == "__main__":
    asyncio.run(main())
