"""Counting instructions with callgrind: the command, and what its dumps say."""

from __future__ import annotations

import json
import re
from pathlib import Path


def command(inner: list[str], output: Path) -> list[str]:
    """*inner* under callgrind; it counts only while the process itself says so, which keeps the rest fast."""
    for old in output.parent.glob(output.name + "*"):
        old.unlink()
    return ["valgrind", "--tool=callgrind", "--instr-atstart=no", "--combine-dumps=no",
            f"--callgrind-out-file={output}", *inner]  # fmt: skip


def read(output: Path, counted: Path) -> dict[str, float]:
    """Instructions an operation, without the loop around it, by the name of the benchmark."""
    found = {}
    fixed = each_loop = 0.0
    for index, (name, loops, operations) in enumerate(json.loads(counted.read_text()), start=1):
        total = re.search(r"^(?:totals|summary): (\d+)", Path(f"{output}.{index}").read_text(), re.MULTILINE)
        if total is None or name is None:
            continue
        if index == 1:
            fixed = int(total[1])
        elif index == 2:
            each_loop = (int(total[1]) - fixed) / loops
        else:
            found[name] = ((int(total[1]) - fixed) / loops - each_loop) / operations
    return found
