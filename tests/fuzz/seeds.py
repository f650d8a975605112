"""
Seeds for the fuzzers, made from the repository's own data: the decision tables and the catalogue of events.

    python tests/fuzz/seeds.py FOLDER

writes FOLDER/<harness>/…. What is checked in beside this file was found by long runs: `reached-*` are a few inputs
that get far, the others once broke something, and say what by their names.
"""

import csv
import random
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def texts(value: object) -> Iterator[str]:
    """Every text in a decision table."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def with_length(text: str, most: int) -> bytes:
    """A text as the harnesses' feed_raw() takes it."""
    data = text.encode()[:most]
    return bytes([len(data)]) + data


def seeds() -> Iterator[tuple[str, bytes]]:
    """Harness and input."""
    found: set[str] = set()
    for file in sorted((ROOT / "tests/cases").glob("*.toml")):
        found.update(texts(tomllib.loads(file.read_text(encoding="utf-8"))))
    short = sorted(text for text in found if 0 < len(text) <= 40)
    chance = random.Random(7)
    for text in short:
        other = chance.choice(short)
        yield "address", b"\x01" + with_length(text, 100) + b"\x01" + with_length(other, 100)
        yield "glob", b"\x03" + bytes([chance.randrange(3)]) + with_length(text, 40) + with_length(other, 40)
        yield "text", b"\x03" + with_length(text, 200) + with_length(other, 200) + b"\xff\x00\x00\x00" + b"abcdefgh" * 8
        yield "resolve", b"\x01\x00" + with_length(text, 100)
    lines = (line for line in (ROOT / "src/classify/events.csv").read_text().splitlines() if not line.startswith("#"))
    for index, _row in enumerate(csv.DictReader(lines)):
        for _ in range(2):
            yield "python", bytes([0, 0, index % 256, 1, chance.randrange(24), 7]) + chance.randbytes(60)
        yield "policy", bytes([index % 256]) + chance.randbytes(500)
    for harness in ("path_set", "store", "policy", "python"):
        for _ in range(20):
            yield harness, chance.randbytes(400)


def main() -> None:
    """Write them."""
    folder = Path(sys.argv[1])
    for index, (harness, data) in enumerate(seeds()):
        (folder / harness).mkdir(parents=True, exist_ok=True)
        (folder / harness / f"{index:05}").write_bytes(data)


if __name__ == "__main__":
    main()
