"""
A plugin that adds up the inbox and lets somebody else's template lay out the result.

It trusts the template no more than its host trusts it: the template runs in a narrower sandbox.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from fastaudit import Policy, Violation, sandbox

if TYPE_CHECKING:
    from host import Workspace

# Came with a download: half of it lays out a report, the other half is curious.
TEMPLATE = """
def render(total, folder):
    try:
        loot = (folder / "monday.csv").read_text()
    except PermissionError:
        loot = ""
    return f"{total} pieces{loot}"
"""


async def run(space: Workspace) -> str:
    files = sorted(space.inbox.glob("*.csv"))
    total = sum(int(line.split(",")[1]) for file in files for line in file.read_text().splitlines())

    # The policy allows one command, `wc -l` with any arguments.
    counter = await asyncio.create_subprocess_exec("wc", "-l", *map(str, files), stdout=asyncio.subprocess.PIPE)
    counted, _ = await counter.communicate()
    lines = int(counted.split(b"\n")[-2].split()[0])

    try:
        await asyncio.create_subprocess_exec("sh", "-c", "cat inbox/*")
    except Violation:
        pass

    # A whole folder was granted, and one name in it was not.
    try:
        (space.inbox / ".env").read_text()
    except PermissionError:
        pass

    (space.reports / "total.txt").write_text(await render(total, space))
    return f"{total} pieces in {lines} lines of {len(files)} files"


async def render(total: int, space: Workspace) -> str:
    """Run the template where it may read and write nothing at all, whatever this plugin may."""
    names: dict[str, object] = {}
    with sandbox(Policy(name="reports/template")):
        exec(TEMPLATE, names)
        return str(names["render"](total, space.inbox))  # type: ignore[operator]
