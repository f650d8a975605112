"""A plugin that works in threads, which carry its policy: it hashes the inbox into a database."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host import Workspace


def digest(file: Path) -> tuple[str, str]:
    return file.name, hashlib.sha256(file.read_bytes()).hexdigest()


def store(database: Path, rows: list[tuple[str, str]]) -> None:
    with sqlite3.connect(database) as index:
        index.execute("create table files (name text, sha256 text)")
        index.executemany("insert into files values (?, ?)", rows)
    index.close()


def tidy_up(inbox: Path) -> None:
    try:
        (inbox / "monday.csv").unlink()
    except PermissionError:
        pass


async def run(space: Workspace) -> str:
    files = sorted(space.inbox.glob("*.csv"))
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(digest, files))
    await asyncio.to_thread(store, space.cache / "index.db", rows)

    # A thread of its own makes no difference either.
    thread = threading.Thread(target=tidy_up, args=(space.inbox,))
    thread.start()
    thread.join()
    return f"{len(rows)} files indexed"
